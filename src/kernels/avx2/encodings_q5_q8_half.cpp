#include "kernels/avx2/encodings.h"

namespace outpost::kernels::avx2 {

const EncodingKernels kQ5HalfKernels = make_kernels<Encoding::kQ5Half>();
const EncodingKernels kQ5HalfMinKernels = make_kernels<Encoding::kQ5HalfMin>();
const EncodingKernels kQ8HalfKernels = make_kernels<Encoding::kQ8Half>();

} // namespace outpost::kernels::avx2
