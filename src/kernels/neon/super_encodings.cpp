#include "kernels/neon/vec.h"
#include "kernels/simd/encoding_kernels.h"

template struct outpost::kernels::simd::SuperEncodings<outpost::kernels::neon::Vec>;
