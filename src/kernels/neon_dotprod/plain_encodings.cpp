#include "kernels/neon_dotprod/vec.h"
#include "kernels/simd/encoding_kernels.h"

template struct outpost::kernels::simd::PlainEncodings<outpost::kernels::neon_dotprod::Vec>;
