// Integer matrix multiplication and attention; the rest stays that of kernels/avx2.
#include "kernels/table.h"

#include "kernels/avx_vnni/fill.h"
#include "kernels/avx_vnni/vec.h"
#include "kernels/simd/matmul.h"

namespace outpost::kernels::avx_vnni {

void fill(KernelTable& table) {
  table.matmul.prefers_levels = true;
  table.matmul.matmul = &simd::matmul<Vec>;
  fill_attention(table.attention);
}

} // namespace outpost::kernels::avx_vnni
