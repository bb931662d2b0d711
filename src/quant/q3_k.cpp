// Q3_K: 32 bytes of third bits, 64 bytes of 2-bit codes, 16 sub-scales of 6 bits in 12 bytes, half
// d. 256 weights d * (sub_scale - 32) * (code - 4) in 110 bytes.
#include "quant/decode.h"

namespace outpost::quant {
namespace {

// Low 4 bits: nibbles of bytes 0..7; high 2 bits: byte 8 + group % 4, two bits per group / 4.
int sub_scale_q3_k(const std::byte* packed, std::size_t group) {
  const int low = load_u8(packed + group % 8) >> (group / 8 * 4) & 15;
  const int high = load_u8(packed + 8 + group % 4) >> (group / 4 * 2) & 3;
  return (low | high << 4) - 32;
}

void split_q3_k(const std::byte* block, SplitBlock& out) {
  for (std::size_t k = 0; k < 256; ++k) {
    const int low = load_u8(block + 32 + k / 128 * 32 + k % 32) >> (k % 128 / 32 * 2) & 3;
    const int high = load_u8(block + k % 32) >> (k / 32) & 1;
    out.codes[k] = static_cast<std::uint8_t>(low | high << 2);
  }
  for (std::size_t group = 0; group < 16; ++group)
    out.sub_scales[group] = static_cast<std::int8_t>(sub_scale_q3_k(block + 96, group));
  out.scale_half = load_u16(block + 108);
}

} // namespace

extern const BlockFormat kQ3K;
constinit const BlockFormat kQ3K =
    quantised_format<Encoding::kQ3Sub16, 256, 110, &split_q3_k>(11, "Q3_K");

} // namespace outpost::quant
