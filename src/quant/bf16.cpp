// BF16: the upper half of an IEEE single.
#include "quant/decode.h"
#include "quant/half.h"

namespace outpost::quant {
namespace {

void decode_bf16(const std::byte* blocks, std::size_t count, float* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = bf16_to_float(load_u16(blocks + 2 * i));
}

} // namespace

extern const BlockFormat kBF16;
constinit const BlockFormat kBF16 = {30, "BF16", 1, 2, Encoding::kBF16, &decode_bf16, nullptr};

} // namespace outpost::quant
