// What the 32-value formats share: the low nibbles of 16 bytes are codes 0..15, the high nibbles
// codes 16..31.
#pragma once
#include "quant/decode.h"

namespace outpost::quant {

inline void split_nibbles(const std::byte* nibbles, SplitBlock& out) {
  for (std::size_t i = 0; i < 16; ++i) {
    out.codes[i] = load_u8(nibbles + i) & 15;
    out.codes[i + 16] = load_u8(nibbles + i) >> 4;
  }
}

// Bit i of `bits` is the fifth bit of code i.
inline void add_fifth_bits(std::uint32_t bits, SplitBlock& out) {
  for (std::uint32_t i = 0; i < 32; ++i)
    out.codes[i] = static_cast<std::uint8_t>(out.codes[i] | (bits >> i & 1) << 4);
}

// The legacy formats add their minimum, ours is subtracted: flip the sign of the half.
inline std::uint16_t negated_half(std::uint16_t bits) {
  return static_cast<std::uint16_t>(bits ^ 0x8000u);
}

} // namespace outpost::quant
