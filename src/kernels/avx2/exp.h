// e^x for 8 floats: x = n ln 2 + r, a polynomial for e^r on |r| <= ln(2) / 2 (degree 6, fitted for
// least relative error, 2e-9; 8e-8 with rounding), and 2^n as two factors. Exactly 1 at 0.
#pragma once
#include <immintrin.h>

namespace outpost::kernels::avx2 {

inline __m256 power_of_two(__m256i n) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(n, _mm256_set1_epi32(127)), 23));
}

inline __m256 exp8(__m256 argument) {
  // Beyond these the result is zero or infinity in float. A NaN passes through both.
  const __m256 lowest = _mm256_set1_ps(-103.0F), highest = _mm256_set1_ps(89.0F);
  const __m256 x = _mm256_max_ps(lowest, _mm256_min_ps(highest, argument));
  const __m256 n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504F)),
                                   _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  // ln 2 in two parts: the first has so few bits that its product with n is exact.
  __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375F), x);
  r = _mm256_fnmadd_ps(n, _mm256_set1_ps(-2.12194440e-4F), r);
  __m256 p = _mm256_set1_ps(1.3836835e-3F);
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(8.3748223e-3F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(4.16682251e-2F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.66664198e-1F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.499999911F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0F));
  p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0F));
  const __m256i exponent = _mm256_cvtps_epi32(n);
  const __m256i half = _mm256_srai_epi32(exponent, 1);
  p = _mm256_mul_ps(p, power_of_two(half));
  return _mm256_mul_ps(p, power_of_two(_mm256_sub_epi32(exponent, half)));
}

} // namespace outpost::kernels::avx2
