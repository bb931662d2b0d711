// Q5_1: half scale d, half m, 32 fifth bits, 16 bytes of nibbles. 32 weights d * code + m in 24
// bytes.
#include "quant/nibbles.h"

namespace outpost::quant {
namespace {

void split_q5_1(const std::byte* block, SplitBlock& out) {
  out.scale_half = load_u16(block);
  out.minimum_half = negated_half(load_u16(block + 2));
  split_nibbles(block + 8, out);
  add_fifth_bits(load_u32(block + 4), out);
}

} // namespace

extern const BlockFormat kQ5_1;
constinit const BlockFormat kQ5_1 =
    quantised_format<Encoding::kQ5HalfMin, 32, 24, &split_q5_1>(7, "Q5_1");

} // namespace outpost::quant
