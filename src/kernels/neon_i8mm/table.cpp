// Integer matrix multiplication; the rest stays that of kernels/neon.
#include "kernels/table.h"

#include "kernels/neon_i8mm/vec.h"
#include "kernels/simd/matmul.h"

namespace outpost::kernels::neon_i8mm {

void fill(KernelTable& table) { table.matmul.matmul = &simd::matmul<Vec>; }

} // namespace outpost::kernels::neon_i8mm
