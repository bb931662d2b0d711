// e^x for 16 floats: x = n ln 2 + r, a polynomial for e^r on |r| <= ln(2) / 2 (degree 6, fitted for
// least relative error, 2e-9; 8e-8 with rounding), and 2^n put into the exponent. Exactly 1 at 0.
#pragma once
#include <immintrin.h>

namespace outpost::kernels::avx512 {

inline __m512 exp16(__m512 x) {
  // Beyond these the result is zero or infinity in float. A NaN passes through both.
  x = _mm512_max_ps(_mm512_set1_ps(-110.0F), _mm512_min_ps(_mm512_set1_ps(90.0F), x));
  const __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504F)), 0);
  // ln 2 in two parts: the first has so few bits that its product with n is exact.
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375F), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-2.12194440e-4F), r);
  __m512 p = _mm512_set1_ps(1.3836835e-3F);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(8.3748223e-3F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(4.16682251e-2F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.66664198e-1F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.499999911F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0F));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0F));
  return _mm512_scalef_ps(p, n);
}

} // namespace outpost::kernels::avx512
