#include "kernels/avx512/encodings.h"

namespace outpost::kernels::avx512 {

const EncodingKernels kQ2Sub16Kernels = make_kernels<Encoding::kQ2Sub16>();
const EncodingKernels kQ3Sub16Kernels = make_kernels<Encoding::kQ3Sub16>();
const EncodingKernels kQ6Sub16Kernels = make_kernels<Encoding::kQ6Sub16>();

} // namespace outpost::kernels::avx512
