// Attention over fixed-point pages: queries in tiles (attention_tile.h), for whole sequences or for
// chunks of their keys.
#pragma once
#include "kernels/simd/attention_tile.h"

namespace outpost::kernels::simd {

// How many of the next `count` > 0 queries a tile of at most `most` takes: a sequence that does not
// fit begins the next one, unless it has keys in common with this one.
inline std::uint32_t next_tile(const AttentionQuery* queries, std::uint32_t count,
                               std::uint32_t most) {
  if (count <= most) return count;
  std::uint32_t begin = most; // of the sequence that would be cut
  while (begin > 0 && queries[begin - 1].pages == queries[most].pages) --begin;
  const bool shares = begin == 0 || queries[begin].pages[0] == queries[0].pages[0];
  return shares ? most : begin;
}

// Asks for what a tile reads and writes: rows of other tokens, which no stream leads to.
inline void prefetch_rows(const AttentionQuery* queries, std::uint32_t count,
                          std::uint32_t head_size) {
  for (std::uint32_t c = 0; c < count; ++c)
    for (std::uint32_t d = 0; d < head_size; d += 16) {
      __builtin_prefetch(queries[c].query + d);
      __builtin_prefetch(queries[c].out + d, 1);
    }
}

template <class V>
void attend_fixed(std::uint32_t head_size, const KvHead& kv, const AttentionQuery* queries,
                  std::uint32_t count, float soft_cap, std::byte* scratch) {
  AttentionTile<V> tile(head_size, kv, soft_cap, scratch);
  constexpr std::uint32_t kMost = AttentionTile<V>::kColumnsMax;
  for (std::uint32_t done = 0; done < count;) {
    const std::uint32_t columns = next_tile(queries + done, count - done, kMost);
    const std::uint32_t next = done + columns, left = count - next;
    prefetch_rows(queries + next, left < kMost ? left : kMost, head_size);
    tile.answer(queries + done, static_cast<int>(columns));
    done = next;
  }
}

// Calls body(first query, columns) for tiles of at most kColumnsMax queries.
template <class V, class Body>
void in_tiles(std::uint32_t count, Body&& body) {
  constexpr std::uint32_t kMost = AttentionTile<V>::kColumnsMax;
  for (std::uint32_t done = 0; done < count; done += kMost)
    body(done, static_cast<int>(count - done < kMost ? count - done : kMost));
}

template <class V>
void attend_fixed_chunks(std::uint32_t head_size, const KvHead& kv, const AttentionQuery* queries,
                         std::uint32_t count, float soft_cap, std::uint32_t begin,
                         std::uint32_t end, const ChunkParts& all, std::byte* scratch) {
  AttentionTile<V> tile(head_size, kv, soft_cap, scratch);
  in_tiles<V>(count, [&](std::uint32_t first, int columns) {
    tile.answer_chunks(queries + first, columns, begin, end, first, all);
  });
}

template <class V>
void join_fixed_chunks(std::uint32_t head_size, const AttentionQuery* queries, std::uint32_t count,
                       const ChunkParts& all, std::byte* scratch) {
  AttentionTile<V> tile(head_size, KvHead{}, 0, scratch);
  in_tiles<V>(count, [&](std::uint32_t first, int columns) {
    tile.join_chunks(queries + first, columns, first, all);
  });
}

template <class V>
constexpr KvKernels fixed_kernels() {
  return {.store = store_fixed<V>,
          .attend = attend_fixed<V>,
          .attend_chunks = attend_fixed_chunks<V>,
          .join_chunks = join_fixed_chunks<V>};
}

} // namespace outpost::kernels::simd
