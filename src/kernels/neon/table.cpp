#include "kernels/table.h"

#include "kernels/neon/fill.h"

namespace outpost::kernels::neon {

void fill(KernelTable& table) {
  fill_matmul(table.matmul);
  fill_rows(table.rows);
  fill_attention(table.attention);
}

} // namespace outpost::kernels::neon
