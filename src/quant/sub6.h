// What Q4_K and Q5_K share: 8 sub-scales and 8 sub-minimums of 6 bits in 12 bytes. Groups 0..3 have
// theirs in the low 6 bits of bytes 0..3 (scales) and 4..7 (minimums); groups 4..7 have the low 4
// bits in the nibbles of bytes 8..11 and the high 2 bits in the top of bytes 0..7.
#pragma once
#include "quant/decode.h"

namespace outpost::quant {

inline void split_sub6(const std::byte* packed, SplitBlock& out) {
  for (std::size_t g = 0; g < 4; ++g) {
    const int scales = load_u8(packed + g);
    const int minimums = load_u8(packed + 4 + g);
    const int upper = load_u8(packed + 8 + g);
    out.sub_scales[g] = static_cast<std::int8_t>(scales & 63);
    out.sub_minimums[g] = static_cast<std::uint8_t>(minimums & 63);
    out.sub_scales[g + 4] = static_cast<std::int8_t>((upper & 15) | scales >> 6 << 4);
    out.sub_minimums[g + 4] = static_cast<std::uint8_t>(upper >> 4 | minimums >> 6 << 4);
  }
}

// 32 bytes hold 64 codes: 32 low nibbles, then 32 high nibbles.
inline std::uint8_t nibble_of_64(const std::byte* nibbles, std::size_t k) {
  return load_u8(nibbles + k / 64 * 32 + k % 32) >> (k % 64 / 32 * 4) & 15;
}

} // namespace outpost::quant
