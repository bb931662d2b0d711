#include "kernels/table.h"

namespace outpost::kernels::avx512 {

void fill(KernelTable& table) {
  static_cast<void>(table);
}

} // namespace outpost::kernels::avx512
