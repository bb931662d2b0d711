// The float steps of scalar/matmul.cpp. As in avx512/arithmetic.h, which explains it, an
// accumulator starts at the bits of 1.5 * 2^23 and is multiplied by its scale as the float it is.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <immintrin.h>

#include "kernels/matmul.h"
#include "quant/encoding.h"

namespace outpost::kernels::avx2 {

inline constexpr std::int32_t kFloatBiasBits = 0x4b400000; // 1.5 * 2^23
inline constexpr float kFloatBias = 12582912.0F;

inline __m256i broadcast_codes(const std::int8_t* at) {
  std::int32_t four = 0;
  std::memcpy(&four, at, sizeof(four));
  return _mm256_set1_epi32(four);
}

inline __m256i broadcast_pair(const std::int16_t* at) {
  std::int32_t two = 0;
  std::memcpy(&two, at, sizeof(two));
  return _mm256_set1_epi32(two);
}

// scale * dot, from an accumulator that started at kFloatBiasBits.
inline __m256 scaled_dot(__m256i accumulator, __m256 scale, __m256 bias) {
  return _mm256_fmadd_ps(scale, _mm256_castsi256_ps(accumulator), bias);
}
inline __m256 bias_of(__m256 scale) { return _mm256_mul_ps(scale, _mm256_set1_ps(-kFloatBias)); }

// sum + minimums of two groups times the sums of their activations
inline __m256i add_pairs(__m256i sum, __m256i minimums, const std::int16_t* sums) {
  return _mm256_add_epi32(sum, _mm256_madd_epi16(minimums, broadcast_pair(sums)));
}

// All ones in the first `count` lanes: for stores at the edge of a matrix.
inline __m256i first_lanes(std::uint32_t count) {
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count > 8 ? 8 : static_cast<int>(count)), lanes);
}

// Up to kMaxRows activation rows. For each group of weights that shares a scale: the start value of
// the accumulators, the sum of its codes, and, not for super blocks, activation_scale * sum.
struct PreparedRows {
  static constexpr std::uint32_t kMaxRows = 4;

  const std::int8_t* codes; // [rows][code_stride]
  const float* scales;      // [rows][code_stride / 32]
  std::int32_t* seeds;      // [rows][groups]
  float* products;          // [rows][groups]
  std::int16_t* sums;       // [rows][groups]
  std::size_t code_stride;
  std::size_t groups;
};

PreparedRows prepare_rows(const QuantizedRows& x, std::uint32_t row_begin, std::uint32_t row_count,
                          std::uint32_t cols, const quant::EncodingShape& shape, std::byte* memory);

} // namespace outpost::kernels::avx2
