// Apart from probe.cpp because its instruction needs a flag that the other kernels must not have.
#include <immintrin.h>

#include "kernels/avx2/probe.h"

namespace outpost::kernels::avx2 {
namespace {

struct VnniDot {
  using Sum = __m256i;
  using Factor = __m256i;
  static Factor factor() { return _mm256_set1_epi8(3); }
  static Sum step(Sum sum, Factor factor) { return _mm256_dpbusd_avx_epi32(sum, factor, factor); }
};

} // namespace

void fill_probe_vnni(probe::ProbeLoops& loops) {
  loops.int8_dot = {"AVX-VNNI", &run_chains<VnniDot>, probe::kChains * 32};
}

} // namespace outpost::kernels::avx2
