// Activation quantisation as scalar/quantize.cpp states it: 32 values are two vectors.
#include <immintrin.h>

#include "kernels/avx512/matmul.h"
#include "kernels/simd/quantize_rows.h"

namespace outpost::kernels::avx512 {
namespace {

// Two vectors of a group, of which the first `count` values exist.
struct Values {
  __m512 low, high;
};

Values load_values(const float* x, std::uint32_t count) {
  const std::uint32_t mask = count >= 32 ? ~0u : (1u << count) - 1;
  return {_mm512_maskz_loadu_ps(static_cast<__mmask16>(mask & 0xffff), x),
          _mm512_maskz_loadu_ps(static_cast<__mmask16>(mask >> 16), x + 16)};
}

// The larger magnitude in each lane, as bits: infinities and NaN win.
__m512i larger_magnitudes(__m512i so_far, const Values& values) {
  const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
  const __m512i low = _mm512_and_si512(_mm512_castps_si512(values.low), magnitude);
  const __m512i high = _mm512_and_si512(_mm512_castps_si512(values.high), magnitude);
  return _mm512_max_epi32(so_far, _mm512_max_epi32(low, high));
}

float largest_of(__m512i magnitudes) {
  const int largest = _mm512_reduce_max_epi32(magnitudes);
  return _mm_cvtss_f32(_mm_castsi128_ps(_mm_cvtsi32_si128(largest)));
}

__m128i codes_of(__m512 values, __m512 inverse) {
  return _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(_mm512_mul_ps(values, inverse)));
}

// Sums of 16 codes each; the bias keeps them unsigned for the instruction.
void store_sums(__m256i codes, std::int16_t* sums) {
  const __m256i biased = _mm256_xor_si256(codes, _mm256_set1_epi8(-128));
  const __m256i eights = _mm256_sad_epu8(biased, _mm256_setzero_si256());
  const __m256i sixteens = _mm256_add_epi64(eights, _mm256_shuffle_epi32(eights, 0x4e));
  const __m256i unbiased = _mm256_sub_epi64(sixteens, _mm256_set1_epi64x(16 * 128));
  const __m128i both =
      _mm_unpacklo_epi16(_mm256_castsi256_si128(unbiased), _mm256_extracti128_si256(unbiased, 1));
  _mm_storeu_si32(sums, both);
}

void store_codes(const Values& values, __m512 inverse, std::int8_t* codes, std::int16_t* sums) {
  const __m256i both =
      _mm256_set_m128i(codes_of(values.high, inverse), codes_of(values.low, inverse));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(codes), both);
  store_sums(both, sums);
}

struct Groups {
  static constexpr std::uint32_t kValues = 32;
  static Values load(const float* x, std::uint32_t count) { return load_values(x, count); }
  static __m512i none() { return _mm512_setzero_si512(); }
  static __m512i larger(__m512i so_far, const Values& values) {
    return larger_magnitudes(so_far, values);
  }
  static float largest(__m512i magnitudes) { return largest_of(magnitudes); }
  static void store(const Values& values, float inverse, std::int8_t* codes, std::int16_t* sums) {
    store_codes(values, _mm512_set1_ps(inverse), codes, sums);
  }
};

} // namespace

void quantize_rows(const float* x, std::size_t x_stride, std::uint32_t cols,
                   std::uint32_t row_begin, std::uint32_t row_end, const QuantizedRows& out) {
  simd::quantize_rows<Groups>(x, x_stride, cols, row_begin, row_end, out);
}

} // namespace outpost::kernels::avx512
