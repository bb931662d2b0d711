#include "kernels/table.h"

#include "kernels/avx2/fill.h"

namespace outpost::kernels::avx2 {

void fill(KernelTable& table) {
  fill_matmul(table.matmul);
}

} // namespace outpost::kernels::avx2
