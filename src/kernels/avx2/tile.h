// The many-row kernel: one panel, unpacked once to bytes and floats, times tiles of up to 4
// activation rows, one half of the panel after the other. 4 sums, the codes, the activations and
// the constants stay in the 16 registers; totals of the half that is not at work may live in L1.
#pragma once
#include "kernels/avx2/arithmetic.h"
#include "kernels/avx2/dot.h"

namespace outpost::kernels::avx2 {

struct UnpackedPanel {
  const std::uint8_t* codes; // [cols / 4][16 rows][4]
  const float* scales;       // [groups][16]
  const float* minimums;     // [groups][16]
};

inline constexpr int kTileTokens = PreparedRows::kMaxRows;

struct TileOutput {
  float* out; // [token * stride + row]
  std::size_t stride;
  std::uint32_t rows; // that exist, of 16
};

template <int kTokens>
void subtract_minimums(const float* minimums, const PreparedRows& x, __m256 (&total)[kTokens]) {
  __m256 sum[kTokens];
  for (int t = 0; t < kTokens; ++t) sum[t] = _mm256_setzero_ps();
  for (std::size_t g = 0; g < x.groups; ++g) {
    const __m256 minimum = _mm256_load_ps(minimums + g * 16);
    for (int t = 0; t < kTokens; ++t)
      sum[t] = _mm256_fmadd_ps(minimum, _mm256_set1_ps(x.products[t * x.groups + g]), sum[t]);
  }
  for (int t = 0; t < kTokens; ++t) total[t] = _mm256_sub_ps(total[t], sum[t]);
}

// Rows 8 * half .. of the panel; kGroup (16 or 32) columns of kBits codes share a weight scale.
template <int kTokens, int kGroup, int kBits>
void multiply_half(const UnpackedPanel& w, std::uint32_t half, const PreparedRows& x,
                   __m256 (&total)[kTokens]) {
  constexpr int kVectors = kGroup / 4;
  const std::uint8_t* codes = w.codes + 32 * half;
  const std::int8_t* activations = x.codes;
  for (int t = 0; t < kTokens; ++t) total[t] = _mm256_setzero_ps();
  for (std::size_t g = 0; g < x.groups; ++g) {
    Dot<kBits> dots[kTokens];
    for (int t = 0; t < kTokens; ++t) dots[t].start(x.seeds[t * x.groups + g]);
#pragma GCC unroll 8
    for (int j = 0; j < kVectors; ++j, codes += 64) {
      const __m256i line = _mm256_load_si256(reinterpret_cast<const __m256i*>(codes));
#pragma GCC unroll 4
      for (int t = 0; t < kTokens; ++t)
        dots[t].add(line, broadcast_codes(activations + t * x.code_stride + 4 * j), j);
    }
    activations += kGroup;
    const __m256 scale = _mm256_load_ps(w.scales + g * 16 + 8 * half);
    const __m256 bias = bias_of(scale);
    const float* factors = x.scales + g * kGroup / 32;
    for (int t = 0; t < kTokens; ++t)
      total[t] = _mm256_fmadd_ps(_mm256_set1_ps(factors[t * (x.code_stride / 32)]),
                                 scaled_dot(dots[t].finish(kVectors), scale, bias), total[t]);
  }
}

template <int kTokens, int kGroup, int kBits, bool kHasMinimum>
void multiply_tile(const UnpackedPanel& w, const PreparedRows& x, const TileOutput& output) {
  for (std::uint32_t half = 0; half < 2 && half * 8 < output.rows; ++half) {
    __m256 total[kTokens];
    multiply_half<kTokens, kGroup, kBits>(w, half, x, total);
    if constexpr (kHasMinimum) subtract_minimums<kTokens>(w.minimums + 8 * half, x, total);
    const __m256i mask = first_lanes(output.rows - half * 8);
    for (int t = 0; t < kTokens; ++t)
      _mm256_maskstore_ps(output.out + t * output.stride + half * 8, mask, total[t]);
  }
}

} // namespace outpost::kernels::avx2
