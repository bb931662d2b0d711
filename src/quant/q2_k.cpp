// Q2_K: 16 bytes (sub-scale in the low, sub-minimum in the high nibble), 64 bytes of 2-bit codes,
// half d, half dmin. 256 weights d * sub_scale * code - dmin * sub_minimum in 84 bytes.
#include "quant/decode.h"

namespace outpost::quant {
namespace {

void split_q2_k(const std::byte* block, SplitBlock& out) {
  for (std::size_t group = 0; group < 16; ++group) {
    out.sub_scales[group] = static_cast<std::int8_t>(load_u8(block + group) & 15);
    out.sub_minimums[group] = load_u8(block + group) >> 4;
  }
  // 32 bytes hold 128 codes: one of each 32 in turn.
  for (std::size_t k = 0; k < 256; ++k)
    out.codes[k] = load_u8(block + 16 + k / 128 * 32 + k % 32) >> (k % 128 / 32 * 2) & 3;
  out.scale_half = load_u16(block + 80);
  out.minimum_half = load_u16(block + 82);
}

} // namespace

extern const BlockFormat kQ2K;
constinit const BlockFormat kQ2K =
    quantised_format<Encoding::kQ2Sub16, 256, 84, &split_q2_k>(10, "Q2_K");

} // namespace outpost::quant
