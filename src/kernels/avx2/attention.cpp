// Attention in tiles of up to 6 query columns, 8 lanes at a time; the scheme of
// avx512/attention.cpp. The arithmetic of a column is the same chain of additions in any tile: over
// dimensions for a score, over tokens for a value, over chunks of kChunkTokens for the result. Keys
// that a column does not see get weight zero, which adds nothing. Storing is scalar's: it is bound
// by its scattered writes.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <immintrin.h>

#include "kernels/avx2/exp.h"
#include "kernels/avx2/fill.h"
#include "kernels/avx2/lanes.h"

namespace outpost::kernels::avx2 {
namespace {

constexpr std::uint32_t kColumnsMax = 6;
constexpr std::uint32_t kStride = kLanes;
constexpr std::ptrdiff_t kChunk = kChunkTokens; // signed, so that addresses fold into instructions

// Two neighbouring BF16 in each 32-bit lane: the upper half is a float but for its low bits.
__m256 widen(__m256i pairs, bool is_second) {
  return _mm256_castsi256_ps(is_second ? _mm256_and_si256(pairs, _mm256_set1_epi32(-65536))
                                       : _mm256_slli_epi32(pairs, 16));
}

// Dimension d of tokens 8 * half .. 8 * half + 7.
template <KvType type>
__m256 key_vector(const std::byte* keys, std::size_t d, std::size_t half) {
  if constexpr (type == KvType::kF32) {
    return _mm256_loadu_ps(reinterpret_cast<const float*>(keys) + d * 16 + half * 8);
  }
  const std::byte* at = keys + d / 2 * 64 + half * 32;
  return widen(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)), d % 2 != 0);
}

// Token t at the dimensions of `mask` from d on.
template <KvType type>
__m256 value_vector(const std::byte* values, std::size_t head_size, std::size_t t, std::size_t d,
                    __m256i mask) {
  if constexpr (type == KvType::kF32) {
    return _mm256_maskload_ps(reinterpret_cast<const float*>(values) + t * head_size + d, mask);
  }
  const std::byte* at = values + (t / 2 * head_size + d) * 4;
  return widen(_mm256_maskload_epi32(reinterpret_cast<const int*>(at), mask), t % 2 != 0);
}

// What a tile works in, within the caller's scratch.
struct Tile {
  float* packed;  // queries [head_size][columns]
  float* scores;  // [columns][kChunkTokens]; later the weights
  float* partial; // values of the chunk [columns][head_stride]
  float* running; // and of all chunks so far
  float maximum[kColumnsMax];
  float sum[kColumnsMax];
  std::uint32_t head_size;
  std::uint32_t head_stride;
  std::uint32_t columns;
  const AttentionQuery* queries;
};

// Scores of one page into `at`. 6 columns x 2 halves of the page fill the registers.
template <KvType type, int columns>
void score_page(const Tile& tile, const KvPage& page, float* at) {
  __m256 sums[columns][2];
#pragma GCC unroll 6
  for (int c = 0; c < columns; ++c) sums[c][0] = sums[c][1] = _mm256_setzero_ps();
  const float* query = tile.packed;
  for (std::size_t d = 0; d < tile.head_size; ++d, query += columns) {
    const __m256 first = key_vector<type>(page.keys, d, 0);
    const __m256 second = key_vector<type>(page.keys, d, 1);
#pragma GCC unroll 6
    for (int c = 0; c < columns; ++c) {
      const __m256 q = _mm256_broadcast_ss(query + c);
      sums[c][0] = _mm256_fmadd_ps(first, q, sums[c][0]);
      sums[c][1] = _mm256_fmadd_ps(second, q, sums[c][1]);
    }
  }
#pragma GCC unroll 6
  for (int c = 0; c < columns; ++c) {
    _mm256_storeu_ps(at + c * kChunk, sums[c][0]);
    _mm256_storeu_ps(at + c * kChunk + 8, sums[c][1]);
  }
}

// partial[c][d..] = sum of weight * value over tokens [begin, end) of `pages`, for `vectors`
// vectors of dimensions, the last of them masked.
template <KvType type, int columns, int vectors>
void weigh_slab(const Tile& tile, const KvPage* pages, std::size_t begin, std::size_t end,
                std::size_t d, __m256i last) {
  __m256 sums[columns][vectors];
#pragma GCC unroll 6
  for (int c = 0; c < columns; ++c) {
    for (int v = 0; v < vectors; ++v) sums[c][v] = _mm256_setzero_ps();
  }
  for (std::size_t t = begin; t < end; ++t) {
    const std::byte* values = pages[t / kPageTokens].values;
    const float* weights = tile.scores + t;
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) {
      const __m256i mask = v == vectors - 1 ? last : _mm256_set1_epi32(-1);
      const __m256 value = value_vector<type>(values, tile.head_size, t % kPageTokens,
                                              d + static_cast<std::size_t>(v) * kLanes, mask);
#pragma GCC unroll 6
      for (int c = 0; c < columns; ++c) {
        const __m256 weight = _mm256_broadcast_ss(weights + c * kChunk);
        sums[c][v] = _mm256_fmadd_ps(value, weight, sums[c][v]);
      }
    }
  }
#pragma GCC unroll 6
  for (int c = 0; c < columns; ++c) {
    float* out = tile.partial + static_cast<std::uint32_t>(c) * tile.head_stride + d;
    for (int v = 0; v < vectors; ++v) _mm256_storeu_ps(out + v * 8, sums[c][v]);
  }
}

// Narrow tiles take more dimensions at once, so that there are always about 12 independent chains.
template <KvType type, int columns>
void weigh(const Tile& tile, const KvPage* pages, std::size_t begin, std::size_t end) {
  constexpr int kStep = columns <= 3 ? 4 : 2;
  const std::uint32_t vectors = tile.head_stride / kStride;
  const __m256i all = _mm256_set1_epi32(-1);
  const __m256i tail = first_lanes(kLanes - (tile.head_stride - tile.head_size));
  std::uint32_t v = 0;
  for (; v + kStep <= vectors; v += kStep) {
    weigh_slab<type, columns, kStep>(tile, pages, begin, end, v * kLanes,
                                     v + kStep == vectors ? tail : all);
  }
  for (; v < vectors; ++v) {
    weigh_slab<type, columns, 1>(tile, pages, begin, end, v * kLanes,
                                 v + 1 == vectors ? tail : all);
  }
}

// Calls body.operator()<n>() for n = count, 1 <= count <= max.
template <int max, class Body>
void with_count(std::uint32_t count, Body&& body) {
  if constexpr (max == 1) {
    body.template operator()<1>();
  } else if (count == max) {
    body.template operator()<max>();
  } else {
    with_count<max - 1>(count, body);
  }
}

void soft_cap_scores(float* scores, std::uint32_t count, float cap) {
  // tanh(z) = 1 - 2 / (1 + e^2z)
  const __m256 one = _mm256_set1_ps(1.0F);
  for (std::uint32_t t = 0; t < count; t += kStride) {
    const __m256 twice = _mm256_mul_ps(_mm256_loadu_ps(scores + t), _mm256_set1_ps(2.0F / cap));
    const __m256 rest = _mm256_div_ps(_mm256_set1_ps(2.0F), _mm256_add_ps(one, exp8(twice)));
    _mm256_storeu_ps(scores + t, _mm256_mul_ps(_mm256_set1_ps(cap), _mm256_sub_ps(one, rest)));
  }
}

float exp1(float x) { return _mm256_cvtss_f32(exp8(_mm256_set1_ps(x))); }

// Turns a column's scores into weights relative to their maximum; those outside [begin, end) into
// zeros. Gives maximum and sum.
void soften(float* scores, std::uint32_t count, std::uint32_t begin, std::uint32_t end,
            float& maximum, float& sum) {
  maximum = -INFINITY;
  for (std::uint32_t t = begin; t < end; ++t) maximum = scores[t] > maximum ? scores[t] : maximum;
  __m256 total = _mm256_setzero_ps();
  for (std::uint32_t t = 0; t < count; t += kStride) {
    const std::uint32_t skip = t < begin ? std::min(begin - t, kStride) : 0;
    const std::uint32_t stop = t < end ? std::min(end - t, kStride) : 0;
    const __m256i seen = _mm256_andnot_si256(first_lanes(skip), first_lanes(stop));
    const __m256 score = _mm256_sub_ps(_mm256_loadu_ps(scores + t), _mm256_set1_ps(maximum));
    const __m256 weight = _mm256_and_ps(exp8(score), _mm256_castsi256_ps(seen));
    total = _mm256_add_ps(total, weight);
    _mm256_storeu_ps(scores + t, weight);
  }
  alignas(32) float lanes[kLanes];
  _mm256_store_ps(lanes, total);
  sum = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
        ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

// Joins a chunk's partial result to what a column has so far.
void merge(Tile& tile, std::uint32_t column, float maximum, float sum) {
  float& so_far = tile.maximum[column];
  const float merged = std::max(maximum, so_far);
  const float keep = so_far == -INFINITY ? 0.0F : exp1(so_far - merged);
  const float take = exp1(maximum - merged);
  so_far = merged;
  tile.sum[column] = tile.sum[column] * keep + sum * take;
  float* running = tile.running + column * tile.head_stride;
  const float* partial = tile.partial + column * tile.head_stride;
  for (std::uint32_t d = 0; d < tile.head_size; d += kStride) {
    const __m256 taken = _mm256_mul_ps(_mm256_loadu_ps(partial + d), _mm256_set1_ps(take));
    _mm256_storeu_ps(running + d,
                     _mm256_fmadd_ps(_mm256_loadu_ps(running + d), _mm256_set1_ps(keep), taken));
  }
}

// Takes in keys [begin, end), all within one chunk, as far as each column sees them.
template <KvType type>
void take_chunk(Tile& tile, const KvPage* pages, std::uint32_t begin, std::uint32_t end,
                float soft_cap) {
  const std::uint32_t first_page = begin / kPageTokens;
  const std::uint32_t page_count = (end + kPageTokens - 1) / kPageTokens - first_page;
  const std::uint32_t origin = first_page * kPageTokens, count = page_count * kPageTokens;
  with_count<kColumnsMax>(tile.columns, [&]<int columns>() {
    for (std::uint32_t p = 0; p < page_count; ++p) {
      score_page<type, columns>(tile, pages[first_page + p], tile.scores + p * kPageTokens);
    }
  });
  float maximum[kColumnsMax], sum[kColumnsMax];
  for (std::uint32_t c = 0; c < tile.columns; ++c) {
    float* scores = tile.scores + c * kChunkTokens;
    if (soft_cap > 0) soft_cap_scores(scores, count, soft_cap);
    const AttentionQuery& q = tile.queries[c];
    const std::uint32_t from = std::clamp(q.key_begin, origin, origin + count) - origin;
    const std::uint32_t to = std::clamp(q.key_end, origin, origin + count) - origin;
    soften(scores, count, from, to, maximum[c], sum[c]);
  }
  with_count<kColumnsMax>(tile.columns, [&]<int columns>() {
    weigh<type, columns>(tile, pages + first_page, begin - origin, end - origin);
  });
  for (std::uint32_t c = 0; c < tile.columns; ++c) {
    if (maximum[c] != -INFINITY) merge(tile, c, maximum[c], sum[c]);
  }
}

void begin_tile(Tile& tile) {
  for (std::uint32_t c = 0; c < tile.columns; ++c) {
    const float* query = tile.queries[c].query;
    for (std::uint32_t d = 0; d < tile.head_size; ++d) {
      tile.packed[d * tile.columns + c] = query[d];
    }
    tile.maximum[c] = -INFINITY;
    tile.sum[c] = 0;
  }
  std::memset(tile.running, 0, sizeof(float) * tile.columns * tile.head_stride);
}

void end_tile(const Tile& tile) {
  for (std::uint32_t c = 0; c < tile.columns; ++c) {
    const __m256 sum = _mm256_set1_ps(tile.sum[c]);
    for (std::uint32_t d = 0; d < tile.head_size; d += kStride) {
      const __m256 value = _mm256_loadu_ps(tile.running + c * tile.head_stride + d);
      _mm256_maskstore_ps(tile.queries[c].out + d, first_lanes(tile.head_size - d),
                          _mm256_div_ps(value, sum));
    }
  }
}

template <KvType type>
void answer(Tile& tile, const KvPage* pages, float soft_cap) {
  begin_tile(tile);
  std::uint32_t key_begin = tile.queries[0].key_begin, key_end = tile.queries[0].key_end;
  for (std::uint32_t c = 1; c < tile.columns; ++c) {
    key_begin = std::min(key_begin, tile.queries[c].key_begin);
    key_end = std::max(key_end, tile.queries[c].key_end);
  }
  for (std::uint32_t begin = key_begin; begin < key_end;) {
    const std::uint32_t end = std::min((begin / kChunkTokens + 1) * kChunkTokens, key_end);
    take_chunk<type>(tile, pages, begin, end, soft_cap);
    begin = end;
  }
  end_tile(tile);
}

void attend(KvType type, std::uint32_t head_size, const KvPage* pages,
            const AttentionQuery* queries, std::uint32_t count, float soft_cap,
            std::byte* scratch) {
  Tile tile{};
  tile.head_size = head_size;
  tile.head_stride = (head_size + kStride - 1) / kStride * kStride;
  float* next = reinterpret_cast<float*>(scratch);
  const auto take = [&](std::size_t floats) {
    float* at = next;
    next += floats;
    return at;
  };
  tile.scores = take(kColumnsMax * kChunkTokens);
  tile.packed = take(std::size_t{kColumnsMax} * tile.head_stride);
  tile.partial = take(std::size_t{kColumnsMax} * tile.head_stride);
  tile.running = take(std::size_t{kColumnsMax} * tile.head_stride);
  // Tiles of nearly the same width: 7 columns are 4 and 3, not 6 and 1.
  const std::uint32_t tiles = (count + kColumnsMax - 1) / kColumnsMax;
  for (std::uint32_t i = 0; i < tiles; ++i) {
    const std::uint32_t begin = count * i / tiles;
    tile.queries = queries + begin;
    tile.columns = count * (i + 1) / tiles - begin;
    type == KvType::kF32 ? answer<KvType::kF32>(tile, pages, soft_cap)
                         : answer<KvType::kBF16>(tile, pages, soft_cap);
  }
}

} // namespace

void fill_attention(AttentionKernels& attention) { attention.attend = attend; }

} // namespace outpost::kernels::avx2
