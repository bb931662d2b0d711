#include "cli/bench/roof.h"

#include <algorithm>
#include <utility>

#include "kernels/probe/peak.h"
#include "platform/cpu.h"

namespace outpost::cli {

using kernels::probe::Bandwidth;
using kernels::probe::ProbeLoops;
using kernels::probe::Stopwatch;

Roof::Roof(platform::Workers& workers, Bandwidth bandwidth, std::size_t bytes,
           const ProbeLoops& loops, const Stopwatch& stopwatch)
    : workers_(&workers), bandwidth_(std::move(bandwidth)), bytes_(bytes), loops_(loops),
      stopwatch_(stopwatch) {}

Result<Roof> Roof::make(platform::Workers& workers, std::size_t bytes, Clock& clock) {
  const std::size_t size =
      std::clamp(bytes, kernels::probe::kReadBlockBytes * workers.count(), kBytesMax);
  const Stopwatch stopwatch(clock);
  const ProbeLoops loops = kernels::probe::select_loops(platform::cpu_features());
  OUTPOST_TRY(Bandwidth bandwidth,
              Bandwidth::make(workers, size, platform::PageSize::k2MiB, loops, stopwatch));
  return Roof(workers, std::move(bandwidth), size, loops, stopwatch);
}

double Roof::int8_multiply_adds_per_second() const {
  return kernels::probe::peak_rate(loops_.int8_dot, *workers_, workers_->count(), kWindows,
                                   stopwatch_);
}

double Roof::bytes_per_second() const { return bandwidth_.measure(bytes_, workers_->count()); }

} // namespace outpost::cli
