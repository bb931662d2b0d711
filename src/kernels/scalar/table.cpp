#include "kernels/table.h"

namespace outpost::kernels::scalar {

void fill(KernelTable& table) {
  static_cast<void>(table);
}

} // namespace outpost::kernels::scalar
