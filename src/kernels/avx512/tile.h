// The many-row kernel: a pair of panels, unpacked once to bytes and floats, times tiles of up to 6
// activation rows. 32 rows x 6 tokens keep 12 integer and 12 float accumulators in registers, and
// each 64-byte load of weights feeds 6 dot products, so that neither loads nor latency bound it.
#pragma once
#include <immintrin.h>

#include "kernels/avx512/arithmetic.h"

namespace outpost::kernels::avx512 {

// kPanels (1 or 2) panels side by side, as unpack() leaves them.
struct UnpackedPanels {
  const std::uint8_t* codes; // [cols / 4][panels][16 rows][4]
  const float* scales;       // [groups][panels][16]
  const float* minimums;     // [groups][panels][16]
  std::uint32_t cols;
};

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
    for (; at < stop; at += 64) _mm_prefetch(reinterpret_cast<const char*>(at), _MM_HINT_T1);
  }
};

// minimums += sum over groups of minimum * product; the chain of scalar/matmul.cpp.
template <int kPanels, int kTokens>
void subtract_minimums(const UnpackedPanels& w, const PreparedRows& x,
                       __m512 (&total)[kPanels][kTokens]) {
  __m512 minimums[kPanels][kTokens];
  for (int p = 0; p < kPanels; ++p)
    for (int t = 0; t < kTokens; ++t) minimums[p][t] = _mm512_setzero_ps();
  for (std::size_t g = 0; g < x.groups; ++g) {
    __m512 minimum[kPanels];
    for (int p = 0; p < kPanels; ++p)
      minimum[p] = _mm512_load_ps(w.minimums + (g * kPanels + p) * 16);
    for (int t = 0; t < kTokens; ++t) {
      const __m512 product = _mm512_set1_ps(x.products[t * x.groups + g]);
      for (int p = 0; p < kPanels; ++p)
        minimums[p][t] = _mm512_fmadd_ps(minimum[p], product, minimums[p][t]);
    }
  }
  for (int p = 0; p < kPanels; ++p)
    for (int t = 0; t < kTokens; ++t) total[p][t] = _mm512_sub_ps(total[p][t], minimums[p][t]);
}

// kGroup (16 or 32) columns share a weight scale.
template <int kPanels, int kTokens, int kGroup, bool kHasMinimum>
void multiply_tile(const UnpackedPanels& w, const PreparedRows& x, const TileOutput& output,
                   Prefetch& prefetch) {
  __m512 total[kPanels][kTokens];
  for (int p = 0; p < kPanels; ++p)
    for (int t = 0; t < kTokens; ++t) total[p][t] = _mm512_setzero_ps();
  const std::uint8_t* codes = w.codes;
  const std::int8_t* activations = x.codes;
  Prefetch ahead = prefetch;
  for (std::size_t g = 0; g < x.groups; ++g) {
    ahead.next();
    __m512i sum[kPanels][kTokens];
    for (int t = 0; t < kTokens; ++t)
      for (int p = 0; p < kPanels; ++p) sum[p][t] = _mm512_set1_epi32(x.seeds[t * x.groups + g]);
#pragma GCC unroll 8
    for (int j = 0; j < kGroup / 4; ++j) {
      __m512i weights[kPanels];
      for (int p = 0; p < kPanels; ++p)
        weights[p] = _mm512_load_si512(codes + (j * kPanels + p) * 64);
#pragma GCC unroll 6
      for (int t = 0; t < kTokens; ++t) {
        const __m512i four = broadcast_codes(activations + t * x.code_stride + 4 * j);
        for (int p = 0; p < kPanels; ++p)
          sum[p][t] = _mm512_dpbusd_epi32(sum[p][t], weights[p], four);
      }
    }
    codes += kGroup / 4 * kPanels * 64;
    activations += kGroup;
    const float* activation_scales = x.scales + g * kGroup / 32;
    for (int p = 0; p < kPanels; ++p) {
      const __m512 scale = _mm512_load_ps(w.scales + (g * kPanels + p) * 16);
      const __m512 bias = bias_of(scale);
      for (int t = 0; t < kTokens; ++t) {
        const __m512 factor = _mm512_set1_ps(activation_scales[t * (x.code_stride / 32)]);
        total[p][t] = _mm512_fmadd_ps(factor, scaled_dot(sum[p][t], scale, bias), total[p][t]);
      }
    }
  }
  prefetch = ahead;
  if constexpr (kHasMinimum) subtract_minimums<kPanels, kTokens>(w, x, total);
  for (int t = 0; t < kTokens; ++t)
    for (int p = 0; p < kPanels; ++p)
      _mm512_mask_storeu_ps(output.out + t * output.stride + p * 16, output.masks[p], total[p][t]);
}

} // namespace outpost::kernels::avx512
