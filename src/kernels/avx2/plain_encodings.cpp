#include "kernels/avx2/vec.h"
#include "kernels/simd/encoding_kernels.h"

template struct outpost::kernels::simd::PlainEncodings<outpost::kernels::avx2::Vec>;
