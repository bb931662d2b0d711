// IQ4_NL: half scale d, 16 bytes of nibbles that index a fixed table of 16 levels (encoding.h).
// 32 weights d * level in 18 bytes.
#include "quant/nibbles.h"

namespace outpost::quant {
namespace {

void split_iq4_nl(const std::byte* block, SplitBlock& out) {
  out.scale_half = load_u16(block);
  split_nibbles(block + 2, out);
}

} // namespace

extern const BlockFormat kIQ4_NL;
constinit const BlockFormat kIQ4_NL =
    quantised_format<Encoding::kQ4Table, 32, 18, &split_iq4_nl>(20, "IQ4_NL");

} // namespace outpost::quant
