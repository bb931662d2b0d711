// Activation quantisation as scalar/quantize.cpp states it: 32 values are four vectors.
#include <immintrin.h>

#include "kernels/avx2/matmul.h"

namespace outpost::kernels::avx2 {
namespace {

struct Group {
  __m256 values[4];
};

// `count` values, then zeros.
Group load_group(const float* x, std::uint32_t count) {
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  Group group;
  for (int i = 0; i < 4; ++i) {
    const __m256i left = _mm256_set1_epi32(static_cast<int>(count) - 8 * i);
    group.values[i] = _mm256_maskload_ps(x + 8 * i, _mm256_cmpgt_epi32(left, lanes));
  }
  return group;
}

// The largest magnitude, compared as bits: infinities and NaN win.
float largest_magnitude(const Group& group) {
  const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
  __m256i largest = _mm256_setzero_si256();
  for (const __m256 values : group.values)
    largest = _mm256_max_epi32(largest, _mm256_and_si256(_mm256_castps_si256(values), magnitude));
  __m128i four =
      _mm_max_epi32(_mm256_castsi256_si128(largest), _mm256_extracti128_si256(largest, 1));
  four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0x4e));
  four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0xb1));
  return _mm_cvtss_f32(_mm_castsi128_ps(four));
}

__m256i codes_of(const Group& group, float inverse) {
  __m256i wide[4];
  for (int i = 0; i < 4; ++i)
    wide[i] = _mm256_cvtps_epi32(_mm256_mul_ps(group.values[i], _mm256_set1_ps(inverse)));
  // Packing works within 128-bit halves; the permutation puts the groups of four back in order.
  const __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(wide[0], wide[1]),
                                           _mm256_packs_epi32(wide[2], wide[3]));
  return _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

float quantize_group(const Group& group, std::int8_t* codes, std::int16_t* sums) {
  const float largest = largest_magnitude(group);
  const bool is_finite = largest <= 3.402823466e+38F; // false for NaN
  auto* out = reinterpret_cast<__m256i*>(codes);
  if (!is_finite || largest < kSmallestActivation) {
    _mm256_storeu_si256(out, _mm256_setzero_si256());
    sums[0] = sums[1] = 0;
    return is_finite ? 0.0F : __builtin_nanf("");
  }
  const __m256i bytes = codes_of(group, 127.0F / largest);
  _mm256_storeu_si256(out, bytes);
  // Sums of 8 codes each; the bias keeps them unsigned for the instruction.
  const __m256i biased = _mm256_xor_si256(bytes, _mm256_set1_epi8(-128));
  const __m256i eights = _mm256_sad_epu8(biased, _mm256_setzero_si256());
  sums[0] = static_cast<std::int16_t>(_mm256_extract_epi16(eights, 0) +
                                      _mm256_extract_epi16(eights, 4) - 16 * 128);
  sums[1] = static_cast<std::int16_t>(_mm256_extract_epi16(eights, 8) +
                                      _mm256_extract_epi16(eights, 12) - 16 * 128);
  return largest / 127.0F;
}

} // namespace

void quantize_rows(const float* x, std::size_t x_stride, std::uint32_t cols,
                   std::uint32_t row_begin, std::uint32_t row_end, const QuantizedRows& out) {
  for (std::size_t row = row_begin; row < row_end; ++row) {
    const float* in = x + row * x_stride;
    const std::size_t base = row * out.cols_padded;
    for (std::uint32_t k = 0; k < out.cols_padded; k += kActivationGroup) {
      const Group group = k < cols ? load_group(in + k, cols - k) : load_group(in, 0);
      out.scales[(base + k) / 32] =
          quantize_group(group, out.codes + base + k, out.sums + (base + k) / 16);
    }
  }
}

} // namespace outpost::kernels::avx2
