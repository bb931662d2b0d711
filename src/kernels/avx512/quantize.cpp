// Activation quantisation as scalar/quantize.cpp states it: 32 values are two vectors.
#include <immintrin.h>

#include "kernels/avx512/matmul.h"

namespace outpost::kernels::avx512 {
namespace {

struct Group {
  __m512 low, high;
};

Group load_group(const float* x, std::uint32_t count) {
  const std::uint32_t mask = count >= 32 ? ~0u : (1u << count) - 1;
  return {_mm512_maskz_loadu_ps(static_cast<__mmask16>(mask & 0xffff), x),
          _mm512_maskz_loadu_ps(static_cast<__mmask16>(mask >> 16), x + 16)};
}

// The largest magnitude, compared as bits: infinities and NaN win.
float largest_magnitude(const Group& group) {
  const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
  const __m512i low = _mm512_and_si512(_mm512_castps_si512(group.low), magnitude);
  const __m512i high = _mm512_and_si512(_mm512_castps_si512(group.high), magnitude);
  const int largest = _mm512_reduce_max_epi32(_mm512_max_epi32(low, high));
  return _mm_cvtss_f32(_mm_castsi128_ps(_mm_cvtsi32_si128(largest)));
}

__m128i codes_of(__m512 values, __m512 inverse) {
  return _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(_mm512_mul_ps(values, inverse)));
}

std::int16_t sum_of(__m128i codes) {
  // Two sums of 8 codes each; the bias keeps them unsigned for the instruction.
  const __m128i biased = _mm_xor_si128(codes, _mm_set1_epi8(-128));
  const __m128i sums = _mm_sad_epu8(biased, _mm_setzero_si128());
  return static_cast<std::int16_t>(_mm_extract_epi16(sums, 0) + _mm_extract_epi16(sums, 4) -
                                   16 * 128);
}

float quantize_group(const Group& group, std::int8_t* codes, std::int16_t* sums) {
  const float largest = largest_magnitude(group);
  const bool is_finite = largest <= 3.402823466e+38F; // false for NaN
  if (!is_finite || largest < kSmallestActivation) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(codes), _mm256_setzero_si256());
    sums[0] = sums[1] = 0;
    return is_finite ? 0.0F : __builtin_nanf("");
  }
  const __m512 inverse = _mm512_set1_ps(127.0F / largest);
  const __m128i low = codes_of(group.low, inverse);
  const __m128i high = codes_of(group.high, inverse);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(codes), low);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(codes + 16), high);
  sums[0] = sum_of(low);
  sums[1] = sum_of(high);
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

} // namespace outpost::kernels::avx512
