// Q5_K: half d, half dmin, 12 bytes of 6-bit sub-scales and sub-minimums, 32 bytes of fifth bits,
// 128 bytes of nibbles. 256 weights d * sub_scale * code - dmin * sub_minimum in 176 bytes.
#include "quant/sub6.h"

namespace outpost::quant {
namespace {

void split_q5_k(const std::byte* block, SplitBlock& out) {
  out.scale_half = load_u16(block);
  out.minimum_half = load_u16(block + 2);
  split_sub6(block + 4, out);
  for (std::size_t k = 0; k < 256; ++k) {
    const int high = load_u8(block + 16 + k % 32) >> (k / 32) & 1;
    out.codes[k] = static_cast<std::uint8_t>(nibble_of_64(block + 48, k) | high << 4);
  }
}

} // namespace

extern const BlockFormat kQ5K;
constinit const BlockFormat kQ5K =
    quantised_format<Encoding::kQ5Sub32, 256, 176, &split_q5_k>(13, "Q5_K");

} // namespace outpost::quant
