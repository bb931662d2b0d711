// The loops of kernels/simd/attention.h over this folder's vectors.
#include "kernels/simd/attention.h"

#include "kernels/avx512/fill.h"
#include "kernels/avx512/vec.h"

namespace outpost::kernels::avx512 {

void fill_attention(AttentionKernels& attention) { attention.fixed = simd::fixed_kernels<Vec>(); }

} // namespace outpost::kernels::avx512
