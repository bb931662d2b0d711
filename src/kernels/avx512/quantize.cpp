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

// Four groups at once share the steps between their maxima and their codes.
constexpr std::uint32_t kRunGroups = 4;
constexpr std::uint32_t kRunValues = kRunGroups * kActivationGroup;

// The largest of each.
__m128i largest_of_four(const __m512i (&m)[kRunGroups]) {
  const auto join = [](__m512i low, __m512i high) { return _mm512_max_epi32(low, high); };
  const __m512i a = join(_mm512_unpacklo_epi32(m[0], m[1]), _mm512_unpackhi_epi32(m[0], m[1]));
  const __m512i b = join(_mm512_unpacklo_epi32(m[2], m[3]), _mm512_unpackhi_epi32(m[2], m[3]));
  // In each 128 bits: of groups 0 1 2 3.
  const __m512i all = join(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
  const __m256i half =
      _mm256_max_epi32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1));
  return _mm_max_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

// Codes of two groups, in order.
__m512i codes_of_two(const Values& first, const Values& second, __m512 a, __m512 b) {
  const auto code = [](__m512 x, __m512 inverse) {
    return _mm512_cvtps_epi32(_mm512_mul_ps(x, inverse));
  };
  const __m512i packed =
      _mm512_packs_epi16(_mm512_packs_epi32(code(first.low, a), code(first.high, a)),
                         _mm512_packs_epi32(code(second.low, b), code(second.high, b)));
  // Packing goes by 128 bits: there each of the four vectors has four codes.
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  return _mm512_permutexvar_epi32(order, packed);
}

// Sums of 16 codes each, in the lower (and the upper) half of each 128 bits.
__m512i sums_of_codes(__m512i codes) {
  const __m512i biased = _mm512_xor_si512(codes, _mm512_set1_epi8(-128));
  const __m512i eights = _mm512_sad_epu8(biased, _mm512_setzero_si512());
  return _mm512_add_epi64(eights, _mm512_shuffle_epi32(eights, _MM_PERM_BADC));
}

// As simd::quantize_group, which is left with those that have a group of zeros or worse.
bool quantize_run(const float* x, std::int8_t* codes, std::int16_t* sums, float* scales) {
  Values values[kRunGroups];
  __m512i magnitudes[kRunGroups];
  for (std::uint32_t g = 0; g < kRunGroups; ++g) {
    values[g] = {_mm512_loadu_ps(x + g * 32), _mm512_loadu_ps(x + g * 32 + 16)};
    magnitudes[g] = larger_magnitudes(_mm512_setzero_si512(), values[g]);
  }
  const __m128 largest = _mm_castsi128_ps(largest_of_four(magnitudes));
  const __m128 is_large = _mm_cmpge_ps(largest, _mm_set1_ps(kSmallestActivation));
  const __m128 is_small = _mm_cmple_ps(largest, _mm_set1_ps(kLargestShortActivation));
  if (_mm_movemask_ps(_mm_and_ps(is_large, is_small)) != 15) return false;
  const __m128i up = _mm_add_epi32(_mm_castps_si128(_mm_mul_ps(largest, _mm_set1_ps(1 / 127.4F))),
                                   _mm_set1_epi32(0x3fffff));
  const __m128 scale = _mm_castsi128_ps(_mm_andnot_si128(_mm_set1_epi32(0x3fffff), up));
  const __m512 inverses = _mm512_castps128_ps512(_mm_div_ps(_mm_set1_ps(1.0F), scale));
  const auto inverse = [&](int g) { return _mm512_permutexvar_ps(_mm512_set1_epi32(g), inverses); };
  const __m512i a = codes_of_two(values[0], values[1], inverse(0), inverse(1));
  const __m512i b = codes_of_two(values[2], values[3], inverse(2), inverse(3));
  _mm_storeu_ps(scales, scale);
  _mm512_storeu_si512(codes, a);
  _mm512_storeu_si512(codes + 64, b);
  // Sums 0 4 1 5 2 6 3 7 of the run.
  const __m512i both = _mm512_unpacklo_epi64(sums_of_codes(a), sums_of_codes(b));
  const __m128i words = _mm512_cvtepi64_epi16(_mm512_sub_epi64(both, _mm512_set1_epi64(16 * 128)));
  const __m128i order = _mm_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(sums), _mm_shuffle_epi8(words, order));
  return true;
}

void quantize_groups(const float* in, std::uint32_t cols, std::size_t base,
                     const QuantizedRows& out) {
  std::uint32_t k = 0;
  for (; k + kRunValues <= cols; k += kRunValues) {
    const std::size_t at = base + k;
    if (!quantize_run(in + k, out.codes + at, out.sums + at / 16, out.scales + at / 32))
      simd::quantize_columns<Groups, kActivationGroup>(in, cols, k, k + kRunValues, base, out);
  }
  simd::quantize_columns<Groups, kActivationGroup>(in, cols, k, out.cols_padded, base, out);
}

} // namespace

void quantize_rows(const float* x, std::size_t x_stride, std::uint32_t cols,
                   std::uint32_t row_begin, std::uint32_t row_end, const QuantizedRows& out) {
  if (out.group != kActivationGroup || !out.has_short_scales)
    return simd::quantize_rows<Groups>(x, x_stride, cols, row_begin, row_end, out);
  for (std::size_t row = row_begin; row < row_end; ++row)
    quantize_groups(x + row * x_stride, cols, row * out.cols_padded, out);
}

} // namespace outpost::kernels::avx512
