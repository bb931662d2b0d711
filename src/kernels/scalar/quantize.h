#pragma once
#include "kernels/matmul.h"

namespace outpost::kernels::scalar {

// MatmulKernels::quantize_rows.
void quantize_rows(const float* x, std::size_t x_stride, std::uint32_t cols,
                   std::uint32_t row_begin, std::uint32_t row_end, const QuantizedRows& out);

} // namespace outpost::kernels::scalar
