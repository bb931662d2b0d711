#include "kernels/neon_i8mm/vec.h"
#include "kernels/simd/encoding_kernels.h"

template struct outpost::kernels::simd::SuperEncodings<outpost::kernels::neon_i8mm::Vec>;
