#include "kernels/avx512/encodings.h"

namespace outpost::kernels::avx512 {

const EncodingKernels kQ4LevelsKernels = make_kernels<Encoding::kQ4Levels>();
const EncodingKernels kQ5LevelsKernels = make_kernels<Encoding::kQ5Levels>();

} // namespace outpost::kernels::avx512
