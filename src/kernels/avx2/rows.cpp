// The loops of kernels/simd/rows.h over this folder's vectors.
#include "kernels/simd/rows.h"

#include "kernels/avx2/fill.h"
#include "kernels/avx2/vec.h"

namespace outpost::kernels::avx2 {

void fill_rows(RowKernels& rows) { simd::fill_rows<Vec>(rows); }

} // namespace outpost::kernels::avx2
