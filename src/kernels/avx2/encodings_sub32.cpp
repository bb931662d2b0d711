#include "kernels/avx2/encodings.h"

namespace outpost::kernels::avx2 {

const EncodingKernels kQ4Sub32Kernels = make_kernels<Encoding::kQ4Sub32>();
const EncodingKernels kQ5Sub32Kernels = make_kernels<Encoding::kQ5Sub32>();
const EncodingKernels kTernaryKernels = make_kernels<Encoding::kTernary>();

} // namespace outpost::kernels::avx2
