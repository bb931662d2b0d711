// 2^x: x = n + f with n whole and |f| <= 1/2, a polynomial for 2^f (degree 5, fitted for least
// relative error, 8e-8; 2e-7 with rounding), and 2^n put into the exponent.
#pragma once

namespace outpost::kernels::simd {

template <class V>
inline typename V::Float exp2(typename V::Float x) {
  const auto n = V::round(x);
  const auto f = V::sub(x, n);
  auto p = V::set(1.3276405e-3F);
  p = V::fma(p, f, V::set(9.6755410e-3F));
  p = V::fma(p, f, V::set(5.5507135e-2F));
  p = V::fma(p, f, V::set(2.4022120e-1F));
  p = V::fma(p, f, V::set(6.9314694e-1F));
  p = V::fma(p, f, V::set(1.0F));
  return V::scale_by_power(p, n);
}

} // namespace outpost::kernels::simd
