// Apart from probe.cpp because its instruction needs a flag that the other kernels must not have:
// some processors run those and not this.
#include <immintrin.h>

#include "kernels/avx512/probe.h"

namespace outpost::kernels::avx512 {
namespace {

struct Bf16Dot {
  using Sum = __m512;
  using Factor = __m512i;                                      // two BF16 in each 32 bits
  static Factor factor() { return _mm512_set1_epi16(0x3f00); } // 0.5
  static Sum step(Sum sum, Factor factor) {
    const auto values = reinterpret_cast<__m512bh>(factor);
    return _mm512_dpbf16_ps(sum, values, values);
  }
};

} // namespace

void fill_probe_bf16(probe::ProbeLoops& loops) {
  loops.bf16_dot = {"AVX-512 BF16", &run_chains<Bf16Dot>, probe::kChains * 32};
}

} // namespace outpost::kernels::avx512
