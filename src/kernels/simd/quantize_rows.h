// MatmulKernels::quantize_rows over what quantises one group. Groups::quantize<kGroup>(x, count,
// codes, sums) takes kGroup values, of which `count` exist, and returns their scale.
#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/matmul.h"

namespace outpost::kernels::simd {

template <class Groups, std::uint32_t kGroup>
void quantize_one_row(const float* in, std::uint32_t cols, std::size_t base,
                      const QuantizedRows& out) {
  for (std::uint32_t k = 0; k < out.cols_padded; k += kGroup) {
    const std::uint32_t left = k < cols ? cols - k : 0;
    const float scale = Groups::template quantize<kGroup>(
        in + (left > 0 ? k : 0), left, out.codes + base + k, out.sums + (base + k) / 16);
    for (std::uint32_t i = 0; i < kGroup; i += kActivationGroup)
      out.scales[(base + k + i) / kActivationGroup] = scale;
  }
}

template <class Groups>
void quantize_rows(const float* x, std::size_t x_stride, std::uint32_t cols,
                   std::uint32_t row_begin, std::uint32_t row_end, const QuantizedRows& out) {
  const auto quantize = out.group == kWideActivationGroup
                            ? &quantize_one_row<Groups, kWideActivationGroup>
                            : &quantize_one_row<Groups, kActivationGroup>;
  for (std::size_t row = row_begin; row < row_end; ++row)
    quantize(x + row * x_stride, cols, row * out.cols_padded, out);
}

} // namespace outpost::kernels::simd
