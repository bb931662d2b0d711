// The many-row kernel: a pair of panels, unpacked once to bytes and floats, times tiles of up to 6
// activation rows. 32 rows x 6 tokens keep 12 integer and 12 float accumulators in registers, and
// each 64-byte load of weights feeds 6 dot products, so that neither loads nor latency bound it.
#pragma once
#include <cstddef>
#include <cstring>
#include <immintrin.h>
#include <type_traits>
#include <utility>

#include "kernels/avx512/arithmetic.h"
#include "kernels/simd/unpacked_panels.h"

namespace outpost::kernels::avx512 {

using simd::UnpackedPanels; // 1 or 2, as unpack() leaves them

inline constexpr int kTileTokens = 6;

// Where a tile goes: out[token * stride + row]; masks leave out rows that do not exist.
struct TileOutput {
  float* out;
  std::size_t stride;
  __mmask16 masks[2];
};

// Memory that a kernel asks for while it works, a little with every group of columns: in bursts the
// line fill buffers would be full, and the kernel would wait for them.
struct Prefetch {
  const std::byte* at;
  const std::byte* end;
  std::size_t step; // bytes a group

  [[gnu::always_inline]] void next() {
    const std::byte* stop = at + step < end ? at + step : end;
    for (; at < stop; at += 64) _mm_prefetch(reinterpret_cast<const char*>(at), _MM_HINT_T0);
  }
};

// Calls body(constant) for 0 .. kCount - 1.
template <int kCount, class Body>
[[gnu::always_inline]] inline void repeat(Body&& body) {
  [&]<int... k>(std::integer_sequence<int, k...>) __attribute__((always_inline)) {
    (body(std::integral_constant<int, k>()), ...);
  }(std::make_integer_sequence<int, kCount>());
}

// The same for each accumulator of a tile, as body(panel, token). A loop instead would have GCC 12
// take the accumulators through memory at the tile's beginning and end.
template <int kPanels, int kTokens, class Body>
[[gnu::always_inline]] inline void for_accumulators(Body&& body) {
  repeat<kPanels * kTokens>(
      [&](auto i) __attribute__((always_inline)) { body(i() % kPanels, i() / kPanels); });
}

template <int kPanels, int kTokens>
[[gnu::always_inline]] inline void clear(__m512 (&total)[kPanels][kTokens]) {
  for_accumulators<kPanels, kTokens>(
      [&](int p, int t) __attribute__((always_inline)) { total[p][t] = _mm512_setzero_ps(); });
}

// Totals start from the outliers.
template <int kPanels, int kTokens>
[[gnu::always_inline]] inline void start(const UnpackedPanels& w, const PreparedRows& x,
                                         __m512 (&total)[kPanels][kTokens]) {
  clear(total);
  for (std::size_t i = 0; i < x.outlier_count; ++i) {
    for_accumulators<kPanels, kTokens>([&](int p, int t) __attribute__((always_inline)) {
      const __m512 weights = _mm512_load_ps(w.outliers + (unsigned(p) * kOutliersMax + i) * 16);
      total[p][t] = _mm512_fmadd_ps(
          weights, _mm512_set1_ps(x.outliers[unsigned(t) * kOutliersMax + i]), total[p][t]);
    });
  }
}

// Where the codes of each row begin. The compiler is not to know how far apart: it would work out
// and spill the places of every word of a record, instead of adding a constant to one pointer.
template <int kTokens>
[[gnu::always_inline]] inline void point_to_rows(const PreparedRows& x,
                                                 const std::int8_t* (&rows)[kTokens]) {
  for (int t = 0; t < kTokens; ++t) {
    rows[t] = x.codes + unsigned(t) * x.code_stride;
    asm("" : "+r"(rows[t]));
  }
}

// The word of a record at `kField` bytes.
template <std::size_t kField>
[[gnu::always_inline]] inline __m512i broadcast_word(const std::int8_t* row, std::size_t group) {
  return broadcast_codes(row + group * sizeof(GroupRecord) + kField);
}

// minimums += sum over groups of minimum * product; the chain of scalar/matmul.cpp.
template <int kPanels, int kTokens>
void subtract_minimums(const UnpackedPanels& w, const PreparedRows& x,
                       const std::int8_t* const (&rows)[kTokens],
                       __m512 (&total)[kPanels][kTokens]) {
  __m512 minimums[kPanels][kTokens];
  clear(minimums);
  for (std::size_t g = 0; g < x.groups; ++g) {
    __m512 minimum[kPanels];
    for (int p = 0; p < kPanels; ++p)
      minimum[p] = _mm512_load_ps(w.minimums + (g * kPanels + p) * 16);
    for (int t = 0; t < kTokens; ++t) {
      const __m512 product =
          _mm512_castsi512_ps(broadcast_word<offsetof(GroupRecord, product)>(rows[t], g));
      for (int p = 0; p < kPanels; ++p)
        minimums[p][t] = _mm512_fmadd_ps(minimum[p], product, minimums[p][t]);
    }
  }
  for (int p = 0; p < kPanels; ++p)
    for (int t = 0; t < kTokens; ++t) total[p][t] = _mm512_sub_ps(total[p][t], minimums[p][t]);
}

// Where a tile has its weights from: panels that are unpacked. A turn of the tile's loop takes
// kGroupsAtOnce groups of columns; groups() gets each as a constant.
template <int kLanes>
struct LoadedWeights {
  static constexpr int kPanels = kLanes;
  static constexpr int kGroupsAtOnce = 1;
  const UnpackedPanels& w;

  void begin(std::size_t /*group*/) {}
  void turn(std::size_t /*group*/) {}
  // Vector kJ of a group that has kVectors of them, for panel `lane`.
  template <int kIndex, int kVectors, int kJ>
  [[gnu::always_inline]] __m512i codes(std::size_t group, int lane) const {
    return _mm512_load_si512(w.codes + ((group * kVectors + kJ) * kPanels + unsigned(lane)) * 64);
  }
};

// sum += codes * activations over group `g`, the kIndex-th of the turn; kJ are its vectors. Groups
// of a row lie kStride bytes apart.
template <int kIndex, std::size_t kStride, class Weights, int kTokens, int... kJ>
[[gnu::always_inline]] inline void
dot_group(const Weights& weights, const std::int8_t* const (&rows)[kTokens], std::size_t g,
          __m512i (&sum)[Weights::kPanels][kTokens],
          std::integer_sequence<int, kJ...> /*vectors*/) {
  constexpr int kPanels = Weights::kPanels;
  constexpr int kVectors = sizeof...(kJ);
  const auto add = [&]<int j>(std::integral_constant<int, j>) __attribute__((always_inline)) {
    __m512i codes[kPanels];
    for (int p = 0; p < kPanels; ++p) codes[p] = weights.template codes<kIndex, kVectors, j>(g, p);
#pragma GCC unroll 6
    for (int t = 0; t < kTokens; ++t) {
      const __m512i four = broadcast_codes(rows[t] + g * kStride + 4 * j);
      for (int p = 0; p < kPanels; ++p) sum[p][t] = _mm512_dpbusd_epi32(sum[p][t], codes[p], four);
    }
  };
  (add(std::integral_constant<int, kJ>()), ...);
}

// A copy of `output`: the compiler would read it again after each store, which might be to it.
template <int kPanels, int kTokens>
[[gnu::always_inline]] inline void store_tile(const __m512 (&total)[kPanels][kTokens],
                                              const TileOutput output) {
  for_accumulators<kPanels, kTokens>([&](int p, int t) __attribute__((always_inline)) {
    _mm512_mask_storeu_ps(output.out + unsigned(t) * output.stride + p * 16, output.masks[p],
                          total[p][t]);
  });
}

// Encodings with an activation scale for each group of 32. `w`: where `weights` come from or go to.
template <int kTokens, bool kHasMinimum, class Weights>
[[gnu::always_inline]] inline void multiply_groups(Weights weights, const UnpackedPanels& w,
                                                   const PreparedRows& x, const TileOutput& output,
                                                   Prefetch& prefetch) {
  constexpr int kPanels = Weights::kPanels;
  constexpr auto kVectors = std::make_integer_sequence<int, 8>();
  const std::int8_t* rows[kTokens];
  point_to_rows(x, rows);
  __m512 total[kPanels][kTokens];
  start(w, x, total);
  Prefetch ahead = prefetch;
  for (std::size_t first = 0; first < x.groups; first += Weights::kGroupsAtOnce) {
    weights.begin(first);
    weights.turn(first);
    repeat<Weights::kGroupsAtOnce>([&](auto index) __attribute__((always_inline)) {
      const std::size_t g = first + index();
      ahead.next();
      __m512i sum[kPanels][kTokens];
      for (int t = 0; t < kTokens; ++t)
        for (int p = 0; p < kPanels; ++p)
          sum[p][t] = broadcast_word<offsetof(GroupRecord, seed)>(rows[t], g);
      dot_group<index(), sizeof(GroupRecord)>(weights, rows, g, sum, kVectors);
      const auto* scales = reinterpret_cast<const std::byte*>(w.scales + g * kPanels * 32);
      for (int t = 0; t < kTokens; ++t) {
        const __m512i bias = broadcast_word<offsetof(GroupRecord, bias)>(rows[t], g);
        std::uint32_t scale_at = 0;
        std::memcpy(&scale_at, rows[t] + g * sizeof(GroupRecord) + offsetof(GroupRecord, scale_at),
                    sizeof(scale_at));
        for (int p = 0; p < kPanels; ++p) {
          const __m512 dot =
              _mm512_sub_ps(_mm512_castsi512_ps(sum[p][t]), _mm512_castsi512_ps(bias));
          total[p][t] =
              _mm512_fmadd_ps(_mm512_load_ps(scales + scale_at + p * 128), dot, total[p][t]);
        }
      }
    });
  }
  prefetch = ahead;
  if constexpr (kHasMinimum) subtract_minimums<kPanels, kTokens>(w, x, rows, total);
  store_tile(total, output);
}

// inner -= minimum_scale * sum over the span's groups of sub-minimum * sum of activations.
template <int kPanels, int kTokens, int kPairs>
[[gnu::always_inline]] inline void subtract_sub_minimums(const UnpackedPanels& w,
                                                         const PreparedRows& x, std::size_t span,
                                                         __m512 (&inner)[kPanels][kTokens]) {
  __m512i sum[kPanels][kTokens];
  for (int p = 0; p < kPanels; ++p)
    for (int t = 0; t < kTokens; ++t) sum[p][t] = _mm512_setzero_si512();
  for (std::size_t pair = span * kPairs; pair < (span + 1) * kPairs; ++pair) {
    __m512i minimums[kPanels];
    for (int p = 0; p < kPanels; ++p)
      minimums[p] = _mm512_load_si512(w.minimum_pairs + (pair * kPanels + p) * 16);
    for (int t = 0; t < kTokens; ++t) {
      const __m512i two = broadcast_pair(x.sums + t * x.groups + 2 * pair);
      for (int p = 0; p < kPanels; ++p)
        sum[p][t] = _mm512_dpwssd_epi32(sum[p][t], minimums[p], two);
    }
  }
  for (int p = 0; p < kPanels; ++p) {
    const __m512 scale = _mm512_load_ps(w.minimum_scales + (span * kPanels + p) * 16);
    for (int t = 0; t < kTokens; ++t)
      inner[p][t] = _mm512_fnmadd_ps(scale, _mm512_cvtepi32_ps(sum[p][t]), inner[p][t]);
  }
}

// Super blocks: groups of kGroup (16 or 32) columns of a span are joined before its activation
// scale.
template <int kTokens, int kGroup, bool kHasMinimum, class Weights>
[[gnu::always_inline]] inline void multiply_spans(Weights weights, const UnpackedPanels& w,
                                                  const PreparedRows& x, const TileOutput& output,
                                                  Prefetch& prefetch) {
  constexpr int kPanels = Weights::kPanels;
  constexpr auto kVectors = std::make_integer_sequence<int, kGroup / 4>();
  constexpr std::size_t kGroups = kWideActivationGroup / kGroup; // of a span
  constexpr std::size_t kFactors = kWideActivationGroup / kActivationGroup;
  const std::int8_t* rows[kTokens];
  point_to_rows(x, rows);
  __m512 total[kPanels][kTokens];
  start(w, x, total);
  Prefetch ahead = prefetch;
  for (std::size_t span = 0; span < x.groups / kGroups; ++span) {
    weights.begin(span * kGroups);
    __m512 inner[kPanels][kTokens];
    for (int p = 0; p < kPanels; ++p)
      for (int t = 0; t < kTokens; ++t)
        inner[p][t] = _mm512_load_ps(w.starts + (span * kPanels + p) * 16);
    for (std::size_t first = span * kGroups; first < (span + 1) * kGroups;
         first += Weights::kGroupsAtOnce) {
      weights.turn(first);
      repeat<Weights::kGroupsAtOnce>([&](auto index) __attribute__((always_inline)) {
        const std::size_t g = first + index();
        ahead.next();
        __m512i sum[kPanels][kTokens];
        for (int t = 0; t < kTokens; ++t)
          for (int p = 0; p < kPanels; ++p)
            sum[p][t] = _mm512_set1_epi32(x.seeds[t * x.groups + g]);
        dot_group<index(), kGroup>(weights, rows, g, sum, kVectors);
        for (int p = 0; p < kPanels; ++p) {
          const __m512 scale = _mm512_load_ps(w.scales + (g * kPanels + p) * 16);
          for (int t = 0; t < kTokens; ++t) inner[p][t] = scaled_dot(sum[p][t], scale, inner[p][t]);
        }
      });
    }
    if constexpr (kHasMinimum)
      subtract_sub_minimums<kPanels, kTokens, int(kGroups / 2)>(w, x, span, inner);
    for (int t = 0; t < kTokens; ++t) {
      const __m512 factor = _mm512_set1_ps(x.scales[t * x.scale_stride + span * kFactors]);
      for (int p = 0; p < kPanels; ++p)
        total[p][t] = _mm512_fmadd_ps(factor, inner[p][t], total[p][t]);
    }
  }
  prefetch = ahead;
  store_tile(total, output);
}

template <int kPanels, int kTokens, bool kHasMinimum>
void multiply_tile(const UnpackedPanels& w, const PreparedRows& x, const TileOutput& output,
                   Prefetch& prefetch) {
  multiply_groups<kTokens, kHasMinimum>(LoadedWeights<kPanels>{w}, w, x, output, prefetch);
}

template <int kPanels, int kTokens, int kGroup, bool kHasMinimum>
void multiply_super_tile(const UnpackedPanels& w, const PreparedRows& x, const TileOutput& output,
                         Prefetch& prefetch) {
  multiply_spans<kTokens, kGroup, kHasMinimum>(LoadedWeights<kPanels>{w}, w, x, output, prefetch);
}

} // namespace outpost::kernels::avx512
