// The loops of kernels/simd/attention.h over this folder's vectors.
#include "kernels/simd/attention.h"

#include "kernels/avx_vnni/fill.h"
#include "kernels/avx_vnni/vec.h"

namespace outpost::kernels::avx_vnni {

void fill_attention(AttentionKernels& attention) { attention.fixed = simd::fixed_kernels<Vec>(); }

} // namespace outpost::kernels::avx_vnni
