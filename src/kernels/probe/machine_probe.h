// What this machine can do at most: the roofs that measured speed is a share of. About two seconds
// in all. Each figure is a median of short windows, so that it is what can be reached here and now,
// beside whatever else runs on the machine.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"
#include "platform/cpu.h"
#include "platform/workers.h"

namespace outpost::kernels::probe {

// The same work on one thread and on all of them together, per second.
struct ThreadRates {
  double one = 0;
  double all = 0;
};

// Multiply-adds a second from registers; zero where the processor has no such instruction.
struct PeakRates {
  std::string_view form;
  ThreadRates multiply_adds;
};

// Bytes a second read from a working set that one level of the memory holds.
struct MemoryLevel {
  std::string_view name;
  std::size_t bytes_one = 0; // working set of one thread
  std::size_t bytes_all = 0; // of all threads together
  ThreadRates small_pages;   // 4 KiB
  ThreadRates huge_pages;    // 2 MiB
};

struct MachineProbe {
  std::string processor;
  unsigned threads = 0;
  platform::CacheSizes caches;
  PeakRates int8;
  PeakRates bf16;
  PeakRates f32;
  std::vector<MemoryLevel> memory; // nearest first
  // Whether the last level was larger than every cache: else there was no memory for that.
  bool past_caches = false;
  double barrier_seconds = 0; // one Workers::barrier of all threads
  double loop_seconds = 0;    // one Workers::run of an empty body
};

// `workers` is what measures and is measured. kCancelled before much
// memory is taken; kResourceExhausted when there is no memory to read from.
Result<MachineProbe> probe_machine(platform::Workers& workers, Clock& clock,
                                   const CancelToken& cancel);

} // namespace outpost::kernels::probe
