// The loops of kernels/simd/matmul.h and matmul_float.h over this folder's vectors.
#include "kernels/simd/matmul.h"

#include "kernels/neon/fill.h"
#include "kernels/neon/vec.h"
#include "kernels/simd/matmul_float.h"

namespace outpost::kernels::neon {

void fill_matmul(MatmulKernels& kernels) {
  kernels.prefers_levels = false;
  kernels.quantize_rows = &quantize_rows;
  kernels.matmul = &simd::matmul<Vec>;
  kernels.matmul_float = &simd::matmul_float<Vec>;
}

} // namespace outpost::kernels::neon
