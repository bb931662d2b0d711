// Q4_K: half d, half dmin, 12 bytes of 6-bit sub-scales and sub-minimums, 128 bytes of nibbles.
// 256 weights d * sub_scale * code - dmin * sub_minimum in 144 bytes.
#include "quant/sub6.h"

namespace outpost::quant {
namespace {

void split_q4_k(const std::byte* block, SplitBlock& out) {
  out.scale_half = load_u16(block);
  out.minimum_half = load_u16(block + 2);
  split_sub6(block + 4, out);
  for (std::size_t k = 0; k < 256; ++k) out.codes[k] = nibble_of_64(block + 16, k);
}

} // namespace

extern const BlockFormat kQ4K;
constinit const BlockFormat kQ4K =
    quantised_format<Encoding::kQ4Sub32, 256, 144, &split_q4_k>(12, "Q4_K");

} // namespace outpost::quant
