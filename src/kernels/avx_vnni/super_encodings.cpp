#include "kernels/avx_vnni/vec.h"
#include "kernels/simd/encoding_kernels.h"

template struct outpost::kernels::simd::SuperEncodings<outpost::kernels::avx_vnni::Vec>;
