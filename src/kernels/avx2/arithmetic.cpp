#include "kernels/avx2/arithmetic.h"

namespace outpost::kernels::avx2 {

PreparedRows prepare_rows(const QuantizedRows& x, std::uint32_t row_begin, std::uint32_t row_count,
                          std::uint32_t cols, const quant::EncodingShape& shape,
                          std::byte* memory) {
  const std::size_t groups = cols / shape.group;
  const std::size_t base = std::size_t{row_begin} * x.cols_padded;
  const auto offset = static_cast<std::int32_t>(shape.offset);
  auto* seeds = reinterpret_cast<std::int32_t*>(memory);
  auto* products = reinterpret_cast<float*>(seeds + PreparedRows::kMaxRows * groups);
  auto* all_sums = reinterpret_cast<std::int16_t*>(products + PreparedRows::kMaxRows * groups);
  const PreparedRows rows{x.codes + base, x.scales + base / 32, seeds, products,
                          all_sums,       x.cols_padded,        groups};
  for (std::size_t row = 0; row < row_count; ++row) {
    const std::size_t at = base + row * x.cols_padded, to = row * groups;
    const std::int16_t* sums = x.sums + at / 16;
    const float* scales = x.scales + at / 32;
    for (std::size_t g = 0; g < groups; ++g) {
      const std::int32_t sum = shape.group == 16 ? sums[g] : sums[2 * g] + sums[2 * g + 1];
      seeds[to + g] = kFloatBiasBits - offset * sum;
      all_sums[to + g] = static_cast<std::int16_t>(sum);
      if (!shape.is_super()) products[to + g] = scales[g] * static_cast<float>(sum);
    }
  }
  return rows;
}

} // namespace outpost::kernels::avx2
