#include "kernels/table.h"

#include "kernels/scalar/fill.h"

namespace outpost::kernels::scalar {

void fill(KernelTable& table) {
  fill_matmul(table.matmul);
  fill_rows(table.rows);
  fill_attention(table.attention);
}

} // namespace outpost::kernels::scalar
