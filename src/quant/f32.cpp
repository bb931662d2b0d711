// F32: IEEE single, as it is.
#include <cstring>

#include "quant/decode.h"

namespace outpost::quant {
namespace {

void decode_f32(const std::byte* blocks, std::size_t count, float* out) {
  std::memcpy(out, blocks, count * sizeof(float));
}

} // namespace

extern const BlockFormat kF32;
constinit const BlockFormat kF32 = {0, "F32", 1, 4, Encoding::kF32, &decode_f32, nullptr};

} // namespace outpost::quant
