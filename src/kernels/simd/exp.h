// e^x: x = n ln 2 + r, a polynomial for e^r on |r| <= ln(2) / 2 (degree 6, fitted for least
// relative error, 2e-9; 8e-8 with rounding), and 2^n as two factors. Exactly 1 at 0.
#pragma once

namespace outpost::kernels::simd {

template <class V>
inline typename V::Float exp(typename V::Float argument) {
  // Beyond these the result is zero or infinity in float. A NaN passes through both.
  const auto x = V::max(V::set(-103.0F), V::min(V::set(89.0F), argument));
  const auto n = V::round(V::mul(x, V::set(1.44269504F)));
  // ln 2 in two parts: the first has so few bits that its product with n is exact.
  auto r = V::fnma(n, V::set(0.693359375F), x);
  r = V::fnma(n, V::set(-2.12194440e-4F), r);
  auto p = V::set(1.3836835e-3F);
  p = V::fma(p, r, V::set(8.3748223e-3F));
  p = V::fma(p, r, V::set(4.16682251e-2F));
  p = V::fma(p, r, V::set(1.66664198e-1F));
  p = V::fma(p, r, V::set(0.499999911F));
  p = V::fma(p, r, V::set(1.0F));
  p = V::fma(p, r, V::set(1.0F));
  const auto half = V::round(V::mul(n, V::set(0.5F)));
  return V::scale_by_power(V::scale_by_power(p, half), V::sub(n, half));
}

} // namespace outpost::kernels::simd
