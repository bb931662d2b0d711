// Q4_0: half scale d, 16 bytes of nibbles. 32 weights d * (code - 8) in 18 bytes.
#include "quant/nibbles.h"

namespace outpost::quant {
namespace {

void split_q4_0(const std::byte* block, SplitBlock& out) {
  out.scale_half = load_u16(block);
  split_nibbles(block + 2, out);
}

} // namespace

extern const BlockFormat kQ4_0;
constinit const BlockFormat kQ4_0 =
    quantised_format<Encoding::kQ4Half, 32, 18, &split_q4_0>(2, "Q4_0");

} // namespace outpost::quant
