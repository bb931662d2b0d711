// The loops of kernels/simd/attention.h over this folder's vectors.
#include "kernels/simd/attention.h"

#include "kernels/neon/fill.h"
#include "kernels/neon/vec.h"

namespace outpost::kernels::neon {

void fill_attention(AttentionKernels& attention) { attention.fixed = simd::fixed_kernels<Vec>(); }

} // namespace outpost::kernels::neon
