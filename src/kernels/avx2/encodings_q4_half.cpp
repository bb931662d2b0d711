#include "kernels/avx2/encodings.h"

namespace outpost::kernels::avx2 {

const EncodingKernels kQ4HalfKernels = make_kernels<Encoding::kQ4Half>();
const EncodingKernels kQ4HalfMinKernels = make_kernels<Encoding::kQ4HalfMin>();
const EncodingKernels kQ4TableKernels = make_kernels<Encoding::kQ4Table>();

} // namespace outpost::kernels::avx2
