// Rows of floats to integer codes with one scale: keys, values and queries of fixed-point
// attention.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "kernels/attention.h"

namespace outpost::kernels::simd {

// Codes row[0 .. size) as scalar/attention.cpp says; the last vector is filled up with zeros, so
// `codes` has room for whole vectors. Returns the scale.
template <class V>
float quantize_row(const float* row, std::uint32_t size, std::int32_t code_max,
                   std::int16_t* codes) {
  constexpr std::uint32_t kLanes = V::kLanes;
  const std::uint32_t whole = size / kLanes * kLanes;
  float rest[kLanes] = {};
  std::memcpy(rest, row + whole, (size - whole) * sizeof(float));
  // As bits of magnitudes: those of infinities and NaN are above all numbers.
  auto most = V::magnitude_bits(V::load(rest));
  for (std::uint32_t d = 0; d < whole; d += kLanes)
    most = V::max_int(most, V::magnitude_bits(V::load(row + d)));
  const auto largest = std::bit_cast<float>(V::largest_int(most));
  const bool is_finite = largest <= std::numeric_limits<float>::max();
  if (!is_finite || largest < kSmallestKept) {
    std::memset(codes, 0, (size + kLanes - 1) / kLanes * kLanes * sizeof(std::int16_t));
    return is_finite ? 0.0F : std::numeric_limits<float>::quiet_NaN();
  }
  const auto inverse = V::set(static_cast<float>(code_max) / largest);
  for (std::uint32_t d = 0; d < whole; d += kLanes)
    V::store_codes(codes + d, V::mul(V::load(row + d), inverse));
  if (whole < size) V::store_codes(codes + whole, V::mul(V::load(rest), inverse));
  return largest / static_cast<float>(code_max);
}

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
