// KernelTable and the functions that fill it, one per ISA folder. This is all that an ISA folder
// includes beside its own headers, so that no inline function of a shared header is compiled with
// stronger flags and then picked by the linker for a processor that lacks them.
#pragma once
#include <string_view>

#include "kernels/attention.h"
#include "kernels/matmul.h"
#include "kernels/rows.h"

namespace outpost::kernels {

struct KernelTable {
  std::string_view isa; // of the strongest folder that took part
  MatmulKernels matmul;
  RowKernels rows;
  AttentionKernels attention;
};

// Each overwrites the entries that its folder implements and leaves the others; scalar implements
// all. A folder that is not built for this processor family defines none.
namespace scalar {
void fill(KernelTable& table);
}
namespace avx2 {
void fill(KernelTable& table);
}
namespace avx_vnni {
void fill(KernelTable& table);
}
namespace avx512 {
void fill(KernelTable& table);
}
namespace neon {
void fill(KernelTable& table);
}
namespace neon_dotprod {
void fill(KernelTable& table);
}
namespace neon_i8mm {
void fill(KernelTable& table);
}

} // namespace outpost::kernels
