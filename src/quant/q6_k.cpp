// Q6_K: 128 bytes of low nibbles, 64 bytes of high 2 bits, 16 signed sub-scales, half d. 256
// weights d * sub_scale * (code - 32) in 210 bytes.
#include "quant/decode.h"

namespace outpost::quant {
namespace {

void split_q6_k(const std::byte* block, SplitBlock& out) {
  for (std::size_t k = 0; k < 256; ++k) {
    // 64 bytes hold 128 codes: 64 low nibbles, then 64 high nibbles.
    const int low = load_u8(block + k / 128 * 64 + k % 64) >> (k % 128 / 64 * 4) & 15;
    const int high = load_u8(block + 128 + k / 128 * 32 + k % 32) >> (k % 128 / 32 * 2) & 3;
    out.codes[k] = static_cast<std::uint8_t>(low | high << 4);
  }
  for (std::size_t group = 0; group < 16; ++group)
    out.sub_scales[group] = static_cast<std::int8_t>(load_u8(block + 192 + group));
  out.scale_half = load_u16(block + 208);
}

} // namespace

extern const BlockFormat kQ6K;
constinit const BlockFormat kQ6K =
    quantised_format<Encoding::kQ6Sub16, 256, 210, &split_q6_k>(14, "Q6_K");

} // namespace outpost::quant
