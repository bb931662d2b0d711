// F16: IEEE half, as it is.
#include "quant/decode.h"
#include "quant/half.h"

namespace outpost::quant {
namespace {

void decode_f16(const std::byte* blocks, std::size_t count, float* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = half_to_float(load_u16(blocks + 2 * i));
}

} // namespace

extern const BlockFormat kF16;
constinit const BlockFormat kF16 = {1, "F16", 1, 2, Encoding::kF16, &decode_f16, nullptr};

} // namespace outpost::quant
