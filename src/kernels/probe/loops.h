// Loops that keep one unit of the processor busy and do nothing else: what MachineProbe times. Each
// ISA folder has its own, so that they are compiled with its flags; a folder overwrites what it
// does better and leaves the rest.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "platform/cpu.h"

namespace outpost::kernels::probe {

// Multiply-adds whose operands stay in registers, in twelve independent chains: enough to hide a
// latency of six cycles on two ports.
struct PeakLoop {
  std::string_view form;                       // the instruction, for people
  void (*run)(std::uint32_t rounds) = nullptr; // nullptr: the processor has no such instruction
  std::uint32_t multiply_adds = 0;             // of one round
};
inline constexpr int kChains = 12;

// Reads `bytes` (a multiple of kReadBlockBytes) from `data` (64-byte aligned), all of them once.
using ReadLoop = void (*)(const std::byte* data, std::size_t bytes);
inline constexpr std::size_t kReadBlockBytes = 2048;

struct ProbeLoops {
  PeakLoop int8_dot;
  PeakLoop bf16_dot;
  PeakLoop f32_fma;
  ReadLoop read = nullptr; // front to back
  // Four quarters side by side: more misses in flight where the hardware prefetcher follows few
  // lines ahead in one page, as it does between L2 and L3.
  ReadLoop read_streams = nullptr;
};

// The best this processor has, whatever ISA the kernels were told to use.
ProbeLoops select_loops(const platform::CpuFeatures& cpu);

} // namespace outpost::kernels::probe

namespace outpost::kernels {
namespace scalar {
void fill_probe(probe::ProbeLoops& loops);
}
namespace avx2 {
void fill_probe(probe::ProbeLoops& loops);
void fill_probe_vnni(probe::ProbeLoops& loops);
} // namespace avx2
namespace avx512 {
void fill_probe(probe::ProbeLoops& loops);
void fill_probe_bf16(probe::ProbeLoops& loops);
} // namespace avx512
} // namespace outpost::kernels
