// Entries of MatmulKernels that have a file of their own.
#pragma once
#include "kernels/matmul.h"

namespace outpost::kernels::avx2 {

void quantize_rows(const float* x, std::size_t x_stride, std::uint32_t cols,
                   std::uint32_t row_begin, std::uint32_t row_end, const QuantizedRows& out);
void matmul_float(const quant::PackedMatrix& w, std::uint32_t panel_begin, std::uint32_t panel_end,
                  const float* x, std::size_t x_stride, std::uint32_t row_count, float* out,
                  std::size_t out_stride, std::span<std::byte> scratch);

} // namespace outpost::kernels::avx2
