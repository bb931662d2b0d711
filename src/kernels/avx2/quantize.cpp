// Activation quantisation as scalar/quantize.cpp states it: 32 values are four vectors.
#include <immintrin.h>

#include "kernels/avx2/fill.h"
#include "kernels/simd/quantize_rows.h"

namespace outpost::kernels::avx2 {
namespace {

struct Values {
  __m256 vectors[4];
};

// `count` values, then zeros.
Values load_values(const float* x, std::uint32_t count) {
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  Values values;
  for (int i = 0; i < 4; ++i) {
    const __m256i left = _mm256_set1_epi32(static_cast<int>(count) - 8 * i);
    values.vectors[i] = _mm256_maskload_ps(x + 8 * i, _mm256_cmpgt_epi32(left, lanes));
  }
  return values;
}

// The larger magnitude in each lane, as bits: infinities and NaN win.
__m256i larger_magnitudes(__m256i so_far, const Values& values) {
  const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
  for (const __m256 vector : values.vectors)
    so_far = _mm256_max_epi32(so_far, _mm256_and_si256(_mm256_castps_si256(vector), magnitude));
  return so_far;
}

float largest_of(__m256i magnitudes) {
  __m128i four =
      _mm_max_epi32(_mm256_castsi256_si128(magnitudes), _mm256_extracti128_si256(magnitudes, 1));
  four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0x4e));
  four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0xb1));
  return _mm_cvtss_f32(_mm_castsi128_ps(four));
}

__m256i codes_of(const Values& values, float inverse) {
  __m256i wide[4];
  for (int i = 0; i < 4; ++i)
    wide[i] = _mm256_cvtps_epi32(_mm256_mul_ps(values.vectors[i], _mm256_set1_ps(inverse)));
  // Packing works within 128-bit halves; the permutation puts the groups of four back in order.
  const __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(wide[0], wide[1]),
                                           _mm256_packs_epi32(wide[2], wide[3]));
  return _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

void store_codes(const Values& values, float inverse, std::int8_t* codes, std::int16_t* sums) {
  const __m256i bytes = codes_of(values, inverse);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(codes), bytes);
  // Sums of 8 codes each; the bias keeps them unsigned for the instruction.
  const __m256i biased = _mm256_xor_si256(bytes, _mm256_set1_epi8(-128));
  const __m256i eights = _mm256_sad_epu8(biased, _mm256_setzero_si256());
  sums[0] = static_cast<std::int16_t>(_mm256_extract_epi16(eights, 0) +
                                      _mm256_extract_epi16(eights, 4) - 16 * 128);
  sums[1] = static_cast<std::int16_t>(_mm256_extract_epi16(eights, 8) +
                                      _mm256_extract_epi16(eights, 12) - 16 * 128);
}

struct Groups {
  static constexpr std::uint32_t kValues = 32;
  static Values load(const float* x, std::uint32_t count) { return load_values(x, count); }
  static __m256i none() { return _mm256_setzero_si256(); }
  static __m256i larger(__m256i so_far, const Values& values) {
    return larger_magnitudes(so_far, values);
  }
  static float largest(__m256i magnitudes) { return largest_of(magnitudes); }
  static void store(const Values& values, float inverse, std::int8_t* codes, std::int16_t* sums) {
    store_codes(values, inverse, codes, sums);
  }
};

} // namespace

void quantize_rows(const float* x, std::size_t x_stride, std::uint32_t cols,
                   std::uint32_t row_begin, std::uint32_t row_end, const QuantizedRows& out) {
  simd::quantize_rows<Groups>(x, x_stride, cols, row_begin, row_end, out);
}

} // namespace outpost::kernels::avx2
