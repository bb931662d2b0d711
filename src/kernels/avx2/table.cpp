#include "kernels/table.h"

namespace outpost::kernels::avx2 {

void fill(KernelTable& table) {
  static_cast<void>(table);
}

} // namespace outpost::kernels::avx2
