#include "kernels/probe/loops.h"

namespace outpost::kernels::probe {

ProbeLoops select_loops([[maybe_unused]] const platform::CpuFeatures& cpu) {
  ProbeLoops loops;
  scalar::fill_probe(loops);
#if defined(__x86_64__)
  if (cpu.avx2) avx2::fill_probe(loops);
  if (cpu.avx_vnni) avx2::fill_probe_vnni(loops);
  if (cpu.avx512_vnni) avx512::fill_probe(loops);
  if (cpu.avx512_bf16) avx512::fill_probe_bf16(loops);
#endif
  return loops;
}

} // namespace outpost::kernels::probe
