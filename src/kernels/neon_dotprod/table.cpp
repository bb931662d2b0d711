// Integer matrix multiplication; the rest stays that of kernels/neon.
#include "kernels/table.h"

#include "kernels/neon_dotprod/vec.h"
#include "kernels/simd/matmul.h"

namespace outpost::kernels::neon_dotprod {

void fill(KernelTable& table) {
  table.matmul.prefers_levels = true;
  table.matmul.matmul = &simd::matmul<Vec>;
}

} // namespace outpost::kernels::neon_dotprod
