// The loops of kernels/simd/rows.h over this folder's vectors.
#include "kernels/simd/rows.h"

#include "kernels/neon/fill.h"
#include "kernels/neon/vec.h"

namespace outpost::kernels::neon {

void fill_rows(RowKernels& rows) { simd::fill_rows<Vec>(rows); }

} // namespace outpost::kernels::neon
