// Q8_0: half scale d, 32 signed bytes. 32 weights d * byte in 34 bytes.
#include "quant/decode.h"

namespace outpost::quant {
namespace {

void split_q8_0(const std::byte* block, SplitBlock& out) {
  out.scale_half = load_u16(block);
  for (std::size_t i = 0; i < 32; ++i) // signed byte + 128
    out.codes[i] = static_cast<std::uint8_t>(load_u8(block + 2 + i) ^ 0x80u);
}

} // namespace

extern const BlockFormat kQ8_0;
constinit const BlockFormat kQ8_0 =
    quantised_format<Encoding::kQ8Half, 32, 34, &split_q8_0>(8, "Q8_0");

} // namespace outpost::quant
