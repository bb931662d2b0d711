// The families of this folder, one function each; table.cpp calls them.
#pragma once
#include "kernels/matmul.h"

namespace outpost::kernels::avx2 {

void fill_matmul(MatmulKernels& matmul);

} // namespace outpost::kernels::avx2
