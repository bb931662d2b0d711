// The families of this folder, one function each; table.cpp calls them.
#pragma once
#include "kernels/attention.h"
#include "kernels/matmul.h"
#include "kernels/rows.h"

namespace outpost::kernels::neon {

void fill_matmul(MatmulKernels& matmul);
void fill_rows(RowKernels& rows);
void fill_attention(AttentionKernels& attention);

// MatmulKernels::quantize_rows.
void quantize_rows(const float* x, std::size_t x_stride, std::uint32_t cols,
                   std::uint32_t row_begin, std::uint32_t row_end, const QuantizedRows& out);

} // namespace outpost::kernels::neon
