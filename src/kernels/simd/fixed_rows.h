// Rows of floats to integer codes with one scale: keys, values and queries of fixed-point
// attention.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/attention.h"

namespace outpost::kernels::simd {

// Codes row[0 .. size) as scalar/attention.cpp says; the last vector is filled up with zeros, so
// `codes` has room for whole vectors. Returns the scale.
template <class V>
float quantize_row(const float* row, std::uint32_t size, std::int32_t code_max,
                   std::int16_t* codes) {
  constexpr std::uint32_t kLanes = V::kLanes;
  const auto load = [&](std::uint32_t d) {
    if (d + kLanes <= size) return V::load(row + d);
    float padded[kLanes] = {};
    std::memcpy(padded, row + d, (size - d) * sizeof(float));
    return V::load(padded);
  };
  // x - x is zero for numbers and NaN for the rest; a maximum may lose a NaN, a sum can't.
  auto most = V::zero(), broken = V::zero();
  for (std::uint32_t d = 0; d < size; d += kLanes) {
    const auto x = load(d);
    most = V::max(most, V::abs(x));
    broken = V::add(broken, V::sub(x, x));
  }
  const float largest = V::largest(most);
  const bool is_finite = V::sum(broken) == 0.0F;
  const bool is_kept = is_finite && largest >= kSmallestKept;
  const auto inverse = V::set(is_kept ? static_cast<float>(code_max) / largest : 0.0F);
  for (std::uint32_t d = 0; d < size; d += kLanes)
    V::store_codes(codes + d, is_kept ? V::mul(load(d), inverse) : V::zero());
  if (!is_finite) return __builtin_nanf("");
  return is_kept ? largest / static_cast<float>(code_max) : 0.0F;
}

// The largest row that quantize_row() is asked for here: head sizes are at most this.
inline constexpr std::uint32_t kHeadSizeMax = 1024;

// Only this token's codes are written: a neighbour may be stored by another thread at this moment.
template <class V>
void store_fixed(std::uint32_t head_size, const float* key, const float* value, std::uint32_t token,
                 const KvPage& page) {
  alignas(64) std::int16_t codes[kHeadSizeMax];
  float scale = quantize_row<V>(key, head_size, kKeyCodeMax, codes);
  std::memcpy(page.keys + fixed_key_scales_at(head_size) + token * sizeof(float), &scale,
              sizeof(float));
  for (std::size_t d = 0; d < head_size; d += 2)
    std::memcpy(page.keys + (d / 2 * kPageTokens + token) * 4, codes + d, 4);

  scale = quantize_row<V>(value, head_size, kValueCodeMax, codes);
  std::memcpy(page.values + fixed_value_scales_at(head_size) + token * sizeof(float), &scale,
              sizeof(float));
  auto* values = reinterpret_cast<std::int8_t*>(page.values) +
                 std::size_t{token / 2} * head_size * 2 + token % 2;
  for (std::size_t d = 0; d < head_size; ++d) values[d * 2] = static_cast<std::int8_t>(codes[d]);
}

} // namespace outpost::kernels::simd
