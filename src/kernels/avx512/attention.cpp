// Attention in tiles of up to 12 query columns: one load of keys or values, widened to F32, serves
// them all. The arithmetic of a column is the same chain of additions in any tile: over dimensions
// for a score, over tokens for a value, over chunks of kChunkTokens for the result. Keys that a
// column does not see get weight zero, which adds nothing.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <immintrin.h>

#include "kernels/avx512/exp.h"
#include "kernels/avx512/fill.h"

namespace outpost::kernels::avx512 {
namespace {

constexpr std::uint32_t kColumnsMax = 12;
constexpr std::uint32_t kLanes = 16;
constexpr std::ptrdiff_t kChunk = kChunkTokens; // signed, so that addresses fold into instructions

struct Pair {
  __m512 first, second;
};

// Two neighbouring BF16 in each 32-bit lane: the upper half is a float but for its low bits.
Pair widen(__m512i pairs) {
  return {_mm512_castsi512_ps(_mm512_slli_epi32(pairs, 16)),
          _mm512_castsi512_ps(_mm512_and_si512(pairs, _mm512_set1_epi32(-65536)))};
}

// Dimensions d and d + 1 (d even) of all 16 tokens.
template <KvType type>
Pair key_pair(const std::byte* keys, std::uint32_t d) {
  const std::byte* at = keys + std::size_t{d} * (type == KvType::kF32 ? 64 : 32);
  if constexpr (type == KvType::kF32) return {_mm512_loadu_ps(at), _mm512_loadu_ps(at + 64)};
  return widen(_mm512_loadu_si512(at));
}

// Tokens t and t + 1 (t even) at the dimensions of `mask` from d on.
template <KvType type>
Pair value_pair(const std::byte* values, std::size_t head_size, std::size_t t, std::size_t d,
                __mmask16 mask) {
  if constexpr (type == KvType::kF32) {
    const float* at = reinterpret_cast<const float*>(values) + t * head_size + d;
    return {_mm512_maskz_loadu_ps(mask, at), _mm512_maskz_loadu_ps(mask, at + head_size)};
  }
  return widen(_mm512_maskz_loadu_epi32(mask, values + (t / 2 * head_size + d) * 4));
}

// What a tile works in, within the caller's scratch.
struct Tile {
  float* packed;  // queries [head_size][columns]
  float* scores;  // [columns][kChunkTokens]; later the weights
  float* partial; // values of the chunk [columns][head_stride]
  float* running; // and of all chunks so far
  float* maximum; // [columns]
  float* sum;     // [columns]
  std::uint32_t head_size;
  std::uint32_t head_stride;
  std::uint32_t columns;
  const AttentionQuery* queries;
};

// Scores of `page_count` pages into tile.scores at `at`.
template <KvType type, int columns, int page_count>
void score_pages(const Tile& tile, const KvPage* pages, float* at) {
  __m512 sums[page_count][columns];
#pragma GCC unroll 4
  for (int p = 0; p < page_count; ++p) {
#pragma GCC unroll 12
    for (int c = 0; c < columns; ++c) sums[p][c] = _mm512_setzero_ps();
  }
  const float* query = tile.packed;
  for (std::uint32_t d = 0; d < tile.head_size; d += 2, query += 2 * columns) {
#pragma GCC unroll 4
    for (int p = 0; p < page_count; ++p) {
      const Pair key = key_pair<type>(pages[p].keys, d);
#pragma GCC unroll 12
      for (int c = 0; c < columns; ++c) {
        sums[p][c] = _mm512_fmadd_ps(key.first, _mm512_set1_ps(query[c]), sums[p][c]);
      }
#pragma GCC unroll 12
      for (int c = 0; c < columns; ++c) {
        sums[p][c] = _mm512_fmadd_ps(key.second, _mm512_set1_ps(query[columns + c]), sums[p][c]);
      }
    }
  }
#pragma GCC unroll 4
  for (int p = 0; p < page_count; ++p) {
    for (int c = 0; c < columns; ++c) _mm512_storeu_ps(at + c * kChunk + p * 16, sums[p][c]);
  }
}

// Narrow tiles take several pages at once, so that there are always about 12 independent chains.
template <KvType type, int columns>
void score(const Tile& tile, const KvPage* pages, std::uint32_t page_count) {
  constexpr std::uint32_t kStep = columns <= 3 ? 4 : columns <= 6 ? 2 : 1;
  std::uint32_t page = 0;
  for (; page + kStep <= page_count; page += kStep) {
    score_pages<type, columns, kStep>(tile, pages + page, tile.scores + page * kPageTokens);
  }
  for (; page < page_count; ++page) {
    score_pages<type, columns, 1>(tile, pages + page, tile.scores + page * kPageTokens);
  }
}

// partial[c][d..] = sum of weight * value over tokens [begin, end) of `pages`, for `vectors`
// vectors of dimensions, the last of them masked.
template <KvType type, int columns, int vectors>
void weigh_slab(const Tile& tile, const KvPage* pages, std::uint32_t begin, std::uint32_t end,
                std::uint32_t d, __mmask16 last) {
  __m512 sums[columns][vectors];
#pragma GCC unroll 12
  for (int c = 0; c < columns; ++c) {
    for (int v = 0; v < vectors; ++v) sums[c][v] = _mm512_setzero_ps();
  }
  const auto value_at = [&](const std::byte* values, std::size_t t, int v) {
    const __mmask16 mask = v == vectors - 1 ? last : __mmask16{0xffff};
    return value_pair<type>(values, tile.head_size, t, d + static_cast<std::uint32_t>(v) * kLanes,
                            mask);
  };
  for (std::size_t page = begin / kPageTokens; page * kPageTokens < end; ++page) {
    const std::size_t origin = page * kPageTokens;
    const std::byte* values = pages[page].values;
    const float* weights = tile.scores + origin;
    const std::size_t stop = end - origin < kPageTokens ? end - origin : kPageTokens;
    std::size_t t = begin > origin ? (begin - origin) & ~std::size_t{1} : 0;
    for (; t + 1 < stop; t += 2) {
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) {
        const Pair value = value_at(values, t, v);
#pragma GCC unroll 12
        for (int c = 0; c < columns; ++c) {
          const __m512 weight = _mm512_set1_ps(weights[t + c * kChunk]);
          sums[c][v] = _mm512_fmadd_ps(value.first, weight, sums[c][v]);
        }
#pragma GCC unroll 12
        for (int c = 0; c < columns; ++c) {
          const __m512 weight = _mm512_set1_ps(weights[t + c * kChunk + 1]);
          sums[c][v] = _mm512_fmadd_ps(value.second, weight, sums[c][v]);
        }
      }
    }
    if (t == stop) continue;
    // Behind the last token a page holds whatever was there before: it must not even meet a zero.
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v) {
      const Pair value = value_at(values, t, v);
#pragma GCC unroll 12
      for (int c = 0; c < columns; ++c) {
        const __m512 weight = _mm512_set1_ps(weights[t + c * kChunk]);
        sums[c][v] = _mm512_fmadd_ps(value.first, weight, sums[c][v]);
      }
    }
  }
#pragma GCC unroll 12
  for (int c = 0; c < columns; ++c) {
    float* out = tile.partial + static_cast<std::uint32_t>(c) * tile.head_stride + d;
    for (int v = 0; v < vectors; ++v) _mm512_storeu_ps(out + v * 16, sums[c][v]);
  }
}

// Narrow tiles take several vectors of dimensions at once, for the same reason as in score().
template <KvType type, int columns>
void weigh(const Tile& tile, const KvPage* pages, std::uint32_t begin, std::uint32_t end) {
  constexpr int kStep = columns <= 3 ? 4 : columns <= 6 ? 2 : 1;
  const std::uint32_t vectors = tile.head_stride / kLanes;
  const auto tail = static_cast<__mmask16>(0xffffu >> (tile.head_stride - tile.head_size));
  std::uint32_t v = 0;
  for (; v + kStep <= vectors; v += kStep) {
    const __mmask16 last = v + kStep == vectors ? tail : __mmask16{0xffff};
    weigh_slab<type, columns, kStep>(tile, pages, begin, end, v * kLanes, last);
  }
  for (; v < vectors; ++v) {
    const __mmask16 last = v + 1 == vectors ? tail : __mmask16{0xffff};
    weigh_slab<type, columns, 1>(tile, pages, begin, end, v * kLanes, last);
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
  for (std::uint32_t t = 0; t < count; t += kLanes) {
    const __m512 twice = _mm512_mul_ps(_mm512_loadu_ps(scores + t), _mm512_set1_ps(2.0F / cap));
    const __m512 one = _mm512_set1_ps(1.0F);
    const __m512 rest = _mm512_div_ps(_mm512_set1_ps(2.0F), _mm512_add_ps(one, exp16(twice)));
    _mm512_storeu_ps(scores + t, _mm512_mul_ps(_mm512_set1_ps(cap), _mm512_sub_ps(one, rest)));
  }
}

float exp1(float x) { return _mm512_cvtss_f32(exp16(_mm512_set1_ps(x))); }

// Turns a column's scores into weights relative to their maximum; those outside [begin, end) into
// zeros. Gives maximum and sum.
void soften(float* scores, std::uint32_t count, std::uint32_t begin, std::uint32_t end,
            float& maximum, float& sum) {
  const __m512 lowest = _mm512_set1_ps(-INFINITY);
  const auto seen = [&](std::uint32_t t) {
    std::uint32_t mask = 0xffff;
    if (t < begin) mask = begin - t < kLanes ? mask << (begin - t) : 0;
    if (end < t + kLanes) mask &= end > t ? 0xffffu >> (t + kLanes - end) : 0;
    return static_cast<__mmask16>(mask);
  };
  __m512 best = lowest;
  for (std::uint32_t t = 0; t < count; t += kLanes) {
    best = _mm512_max_ps(best, _mm512_mask_loadu_ps(lowest, seen(t), scores + t));
  }
  maximum = _mm512_reduce_max_ps(best);
  __m512 total = _mm512_setzero_ps();
  for (std::uint32_t t = 0; t < count; t += kLanes) {
    const __m512 score = _mm512_sub_ps(_mm512_loadu_ps(scores + t), _mm512_set1_ps(maximum));
    const __m512 weight = _mm512_maskz_mov_ps(seen(t), exp16(score));
    total = _mm512_add_ps(total, weight);
    _mm512_storeu_ps(scores + t, weight);
  }
  sum = _mm512_reduce_add_ps(total);
}

// Joins a chunk's partial result to what a column has so far.
void merge(const Tile& tile, std::uint32_t column, float maximum, float sum) {
  float& so_far = tile.maximum[column];
  const float merged = std::max(maximum, so_far);
  const float keep = so_far == -INFINITY ? 0.0F : exp1(so_far - merged);
  const float take = exp1(maximum - merged);
  so_far = merged;
  tile.sum[column] = tile.sum[column] * keep + sum * take;
  float* running = tile.running + column * tile.head_stride;
  const float* partial = tile.partial + column * tile.head_stride;
  for (std::uint32_t d = 0; d < tile.head_size; d += kLanes) {
    const __m512 taken = _mm512_mul_ps(_mm512_loadu_ps(partial + d), _mm512_set1_ps(take));
    _mm512_storeu_ps(running + d,
                     _mm512_fmadd_ps(_mm512_loadu_ps(running + d), _mm512_set1_ps(keep), taken));
  }
}

// Takes in keys [begin, end), all within one chunk, as far as each column sees them.
template <KvType type>
void take_chunk(const Tile& tile, const KvPage* pages, std::uint32_t begin, std::uint32_t end,
                float soft_cap) {
  const std::uint32_t first_page = begin / kPageTokens;
  const std::uint32_t page_count = (end + kPageTokens - 1) / kPageTokens - first_page;
  const std::uint32_t origin = first_page * kPageTokens, count = page_count * kPageTokens;
  with_count<kColumnsMax>(tile.columns, [&]<int columns>() {
    score<type, columns>(tile, pages + first_page, page_count);
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

void begin_tile(const Tile& tile) {
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
    const __m512 sum = _mm512_set1_ps(tile.sum[c]);
    for (std::uint32_t d = 0; d < tile.head_size; d += kLanes) {
      const std::uint32_t left = tile.head_size - d;
      const auto mask =
          left >= kLanes ? __mmask16{0xffff} : static_cast<__mmask16>((1u << left) - 1);
      const __m512 value = _mm512_loadu_ps(tile.running + c * tile.head_stride + d);
      _mm512_mask_storeu_ps(tile.queries[c].out + d, mask, _mm512_div_ps(value, sum));
    }
  }
}

template <KvType type>
void answer(const Tile& tile, const KvPage* pages, float soft_cap) {
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
  tile.head_stride = (head_size + kLanes - 1) / kLanes * kLanes;
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
  tile.maximum = take(kLanes);
  tile.sum = take(kLanes);
  // Tiles of nearly the same width: 13 columns are 7 and 6, not 12 and 1.
  const std::uint32_t tiles = (count + kColumnsMax - 1) / kColumnsMax;
  for (std::uint32_t i = 0; i < tiles; ++i) {
    const std::uint32_t begin = count * i / tiles;
    tile.queries = queries + begin;
    tile.columns = count * (i + 1) / tiles - begin;
    type == KvType::kF32 ? answer<KvType::kF32>(tile, pages, soft_cap)
                         : answer<KvType::kBF16>(tile, pages, soft_cap);
  }
}

// Round to nearest, ties to even, into the upper half of each lane. A NaN stays one.
__m512i round_to_bf16(__m512 x) {
  const __m512i bits = _mm512_castps_si512(x);
  const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  const __m512i rounded = _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
  const __mmask16 nan = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
  return _mm512_mask_or_epi32(rounded, nan, bits, _mm512_set1_epi32(0x400000));
}

// Only this token's halves are written: a neighbour may be stored by another thread at this moment.
void store_bf16(std::uint32_t head_size, const float* key, const float* value, std::uint32_t token,
                const KvPage& page) {
  alignas(32) std::uint16_t halves[kLanes];
  const bool is_odd = token % 2 != 0;
  std::byte* values = page.values + std::size_t{token / 2} * head_size * 4;
  for (std::uint32_t d = 0; d < head_size; d += kLanes) {
    const std::uint32_t left = std::min(head_size - d, kLanes);
    const auto mask = static_cast<__mmask16>(0xffffu >> (kLanes - left));
    const __m512i k = _mm512_srli_epi32(round_to_bf16(_mm512_maskz_loadu_ps(mask, key + d)), 16);
    _mm256_store_si256(reinterpret_cast<__m256i*>(halves), _mm512_cvtepi32_epi16(k));
    for (std::uint32_t i = 0; i < left; i += 2) {
      std::memcpy(page.keys + (std::size_t{(d + i) / 2} * kPageTokens + token) * 4, halves + i, 4);
    }
    const __m512i v = round_to_bf16(_mm512_maskz_loadu_ps(mask, value + d));
    const auto lanes = static_cast<__mmask32>(0xffffffffu >> (2 * (kLanes - left)));
    const auto mine = static_cast<__mmask32>(lanes & (is_odd ? 0xaaaaaaaau : 0x55555555u));
    _mm512_mask_storeu_epi16(values + std::size_t{d} * 4, mine,
                             is_odd ? v : _mm512_srli_epi32(v, 16));
  }
}

void store_f32(std::uint32_t head_size, const float* key, const float* value, std::uint32_t token,
               const KvPage& page) {
  auto* keys = reinterpret_cast<float*>(page.keys);
  for (std::uint32_t d = 0; d < head_size; ++d) keys[std::size_t{d} * kPageTokens + token] = key[d];
  std::memcpy(page.values + std::size_t{token} * head_size * 4, value, std::size_t{head_size} * 4);
}

void store(KvType type, std::uint32_t head_size, const float* key, const float* value,
           std::uint32_t token, const KvPage& page) {
  type == KvType::kF32 ? store_f32(head_size, key, value, token, page)
                       : store_bf16(head_size, key, value, token, page);
}

} // namespace

void fill_attention(AttentionKernels& attention) {
  attention.store = store;
  attention.attend = attend;
}

} // namespace outpost::kernels::avx512
