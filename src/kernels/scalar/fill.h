// The families of this folder, one function each; table.cpp calls them.
#pragma once
#include "kernels/attention.h"
#include "kernels/matmul.h"
#include "kernels/rows.h"

namespace outpost::kernels::scalar {

void fill_matmul(MatmulKernels& matmul);
void fill_rows(RowKernels& rows);
void fill_attention(AttentionKernels& attention);
void fill_attention_f32(AttentionKernels& attention);

} // namespace outpost::kernels::scalar
