// TQ2_0: 64 bytes of 2-bit codes, half d. 256 weights d * (code - 1) in 66 bytes.
#include "quant/decode.h"

namespace outpost::quant {
namespace {

void split_tq2_0(const std::byte* block, SplitBlock& out) {
  // 32 bytes hold 128 codes: one of each 32 in turn.
  for (std::size_t k = 0; k < 256; ++k)
    out.codes[k] = load_u8(block + k / 128 * 32 + k % 32) >> (k % 128 / 32 * 2) & 3;
  out.scale_half = load_u16(block + 64);
}

} // namespace

extern const BlockFormat kTQ2_0;
constinit const BlockFormat kTQ2_0 =
    quantised_format<Encoding::kTernary, 256, 66, &split_tq2_0>(35, "TQ2_0");

} // namespace outpost::quant
