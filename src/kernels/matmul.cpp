#include "kernels/matmul.h"

#include "base/checked.h"

namespace outpost::kernels {

std::size_t matmul_scratch_bytes(std::uint32_t cols) {
  // The widest user: 32 weight rows unpacked to bytes (32 a column), their scales and minimums per
  // 16 columns (32 * 2 * 4 / 16 = 16 a column), and what a block of activation rows is prepared
  // into (48 bytes per row and 32 columns, and its outliers). The float kernels take blocks of 32
  // rows x 256 columns.
  constexpr std::size_t kBytesPerColumn = 32 + 16 + kMatmulBlockRows * 48 / 32;
  constexpr std::size_t kFloatBlockBytes = 32 * 256 * sizeof(float);
  constexpr std::size_t kOutlierBytes = kMatmulBlockRows * kOutliersMax * sizeof(float);
  const std::size_t bytes =
      kBytesPerColumn * round_up<std::size_t>(cols, 256) + kOutlierBytes + 4096;
  return bytes > kFloatBlockBytes ? bytes : kFloatBlockBytes;
}

} // namespace outpost::kernels
