// Q4_1: half scale d, half m, 16 bytes of nibbles. 32 weights d * code + m in 20 bytes.
#include "quant/nibbles.h"

namespace outpost::quant {
namespace {

void split_q4_1(const std::byte* block, SplitBlock& out) {
  out.scale_half = load_u16(block);
  out.minimum_half = negated_half(load_u16(block + 2));
  split_nibbles(block + 4, out);
}

} // namespace

extern const BlockFormat kQ4_1;
constinit const BlockFormat kQ4_1 =
    quantised_format<Encoding::kQ4HalfMin, 32, 20, &split_q4_1>(3, "Q4_1");

} // namespace outpost::quant
