// The many-row kernel: one panel, unpacked once to bytes and floats, times tiles of up to 4
// activation rows, one half of the panel after the other. 4 sums, the codes, the activations and
// the constants stay in the 16 registers; totals of the half that is not at work may live in L1.
#pragma once
#include "kernels/avx2/arithmetic.h"
#include "kernels/avx2/dot.h"
#include "kernels/simd/unpacked_panels.h"

namespace outpost::kernels::avx2 {

using simd::UnpackedPanels; // one

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

// Dots of kTokens activation rows with rows 8 * half .. of the panel, one group of kGroup columns
// of kBits codes after the other.
template <int kTokens, int kGroup, int kBits>
class HalfPanel {
public:
  HalfPanel(const UnpackedPanels& w, std::uint32_t half, const PreparedRows& x)
      : x_(x), codes_(w.codes + 32 * half), activations_(x.codes) {}

  [[gnu::always_inline]] void next(std::size_t g, __m256i (&sums)[kTokens]) {
    constexpr int kVectors = kGroup / 4;
    Dot<kBits> dots[kTokens];
    for (int t = 0; t < kTokens; ++t) dots[t].start(x_.seeds[t * x_.groups + g]);
#pragma GCC unroll 8
    for (int j = 0; j < kVectors; ++j, codes_ += 64) {
      const __m256i line = _mm256_load_si256(reinterpret_cast<const __m256i*>(codes_));
#pragma GCC unroll 4
      for (int t = 0; t < kTokens; ++t)
        dots[t].add(line, broadcast_codes(activations_ + t * x_.code_stride + 4 * j), j);
    }
    activations_ += kGroup;
    for (int t = 0; t < kTokens; ++t) sums[t] = dots[t].finish(kVectors);
  }

private:
  const PreparedRows& x_;
  const std::uint8_t* codes_;
  const std::int8_t* activations_;
};

// Encodings with an activation scale for each group of 32.
template <int kTokens, int kBits, bool kHasMinimum>
void multiply_half(const UnpackedPanels& w, std::uint32_t half, const PreparedRows& x,
                   __m256 (&total)[kTokens]) {
  HalfPanel<kTokens, 32, kBits> dots(w, half, x);
  for (int t = 0; t < kTokens; ++t) total[t] = _mm256_setzero_ps();
  for (std::size_t g = 0; g < x.groups; ++g) {
    __m256i sums[kTokens];
    dots.next(g, sums);
    const __m256 scale = _mm256_load_ps(w.scales + g * 16 + 8 * half);
    const __m256 bias = bias_of(scale);
    for (int t = 0; t < kTokens; ++t)
      total[t] = _mm256_fmadd_ps(_mm256_set1_ps(x.scales[t * (x.code_stride / 32) + g]),
                                 scaled_dot(sums[t], scale, bias), total[t]);
  }
  if constexpr (kHasMinimum) subtract_minimums<kTokens>(w.minimums + 8 * half, x, total);
}

// Super blocks: the groups of a span are joined before its activation scale.
template <int kTokens, int kGroup, int kBits, bool kHasMinimum>
void multiply_super_half(const UnpackedPanels& w, std::uint32_t half, const PreparedRows& x,
                         __m256 (&total)[kTokens]) {
  constexpr std::size_t kGroups = kWideActivationGroup / kGroup; // of a span
  constexpr std::size_t kFactors = kWideActivationGroup / kActivationGroup;
  HalfPanel<kTokens, kGroup, kBits> dots(w, half, x);
  for (int t = 0; t < kTokens; ++t) total[t] = _mm256_setzero_ps();
  for (std::size_t span = 0; span < x.groups / kGroups; ++span) {
    __m256 inner[kTokens];
    for (int t = 0; t < kTokens; ++t) inner[t] = _mm256_load_ps(w.starts + span * 16 + 8 * half);
    for (std::size_t g = span * kGroups; g < (span + 1) * kGroups; ++g) {
      __m256i sums[kTokens];
      dots.next(g, sums);
      const __m256 scale = _mm256_load_ps(w.scales + g * 16 + 8 * half);
      for (int t = 0; t < kTokens; ++t) inner[t] = scaled_dot(sums[t], scale, inner[t]);
    }
    for (int t = 0; t < kTokens; ++t) {
      if constexpr (kHasMinimum) {
        __m256i minimum = _mm256_setzero_si256();
        for (std::size_t pair = span * kGroups / 2; pair < (span + 1) * kGroups / 2; ++pair)
          minimum = add_pairs(minimum,
                              _mm256_load_si256(reinterpret_cast<const __m256i*>(
                                  w.minimum_pairs + pair * 16 + 8 * half)),
                              x.sums + t * x.groups + 2 * pair);
        inner[t] = _mm256_fnmadd_ps(_mm256_load_ps(w.minimum_scales + span * 16 + 8 * half),
                                    _mm256_cvtepi32_ps(minimum), inner[t]);
      }
      const float factor = x.scales[t * (x.code_stride / 32) + span * kFactors];
      total[t] = _mm256_fmadd_ps(_mm256_set1_ps(factor), inner[t], total[t]);
    }
  }
}

template <int kTokens, int kGroup, int kBits, bool kHasMinimum, bool kIsSuper>
void multiply_tile(const UnpackedPanels& w, const PreparedRows& x, const TileOutput& output) {
  for (std::uint32_t half = 0; half < 2 && half * 8 < output.rows; ++half) {
    __m256 total[kTokens];
    if constexpr (kIsSuper) {
      multiply_super_half<kTokens, kGroup, kBits, kHasMinimum>(w, half, x, total);
    } else {
      multiply_half<kTokens, kBits, kHasMinimum>(w, half, x, total);
    }
    const __m256i mask = first_lanes(output.rows - half * 8);
    for (int t = 0; t < kTokens; ++t)
      _mm256_maskstore_ps(output.out + t * output.stride + half * 8, mask, total[t]);
  }
}

} // namespace outpost::kernels::avx2
