// Q5_0: half scale d, 32 fifth bits, 16 bytes of nibbles. 32 weights d * (code - 16) in 22 bytes.
#include "quant/nibbles.h"

namespace outpost::quant {
namespace {

void split_q5_0(const std::byte* block, SplitBlock& out) {
  out.scale_half = load_u16(block);
  split_nibbles(block + 6, out);
  add_fifth_bits(load_u32(block + 2), out);
}

} // namespace

extern const BlockFormat kQ5_0;
constinit const BlockFormat kQ5_0 =
    quantised_format<Encoding::kQ5Half, 32, 22, &split_q5_0>(6, "Q5_0");

} // namespace outpost::quant
