#include "kernels/table.h"

#include "kernels/avx2/fill.h"

namespace outpost::kernels::avx2 {

void fill(KernelTable& table) {
  fill_matmul(table.matmul);
  fill_rows(table.rows);
  fill_attention(table.attention);
}

} // namespace outpost::kernels::avx2
