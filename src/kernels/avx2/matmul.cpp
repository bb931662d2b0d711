// The loops of kernels/simd/matmul.h and matmul_float.h over this folder's vectors.
#include "kernels/simd/matmul.h"

#include "kernels/avx2/fill.h"
#include "kernels/avx2/vec.h"
#include "kernels/simd/matmul_float.h"

namespace outpost::kernels::avx2 {

void fill_matmul(MatmulKernels& kernels) {
  kernels.prefers_levels = false;
  kernels.quantize_rows = &quantize_rows;
  kernels.matmul = &simd::matmul<Vec>;
  kernels.matmul_float = &simd::matmul_float<Vec>;
}

} // namespace outpost::kernels::avx2
