#include "kernels/avx2/encodings.h"

namespace outpost::kernels::avx2 {

const EncodingKernels kQ2Sub16Kernels = make_kernels<Encoding::kQ2Sub16>();
const EncodingKernels kQ3Sub16Kernels = make_kernels<Encoding::kQ3Sub16>();
const EncodingKernels kQ6Sub16Kernels = make_kernels<Encoding::kQ6Sub16>();

} // namespace outpost::kernels::avx2
