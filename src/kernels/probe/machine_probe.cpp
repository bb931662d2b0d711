#include "kernels/probe/machine_probe.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "kernels/probe/bandwidth.h"
#include "kernels/probe/loops.h"
#include "kernels/probe/peak.h"
#include "kernels/probe/stopwatch.h"

namespace outpost::kernels::probe {
namespace {

constexpr int kWindows = 7;
constexpr int kBarriers = 1000;

constexpr std::size_t kMiB = std::size_t{1} << 20;
// Working sets. Half of the L2, so that other lines do not push it out; eight times the L2 is well
// past it and leaves the L3 to the neighbours; twice the L3 leaves little of one pass for the next.
constexpr std::size_t kPastL2 = 8;
constexpr std::size_t kPastL3 = 2;
constexpr std::size_t kMemoryBytesMin = 128 * kMiB;
constexpr std::size_t kMemoryBytesMax = 1024 * kMiB;

PeakRates peak_rates(const PeakLoop& loop, platform::Workers& workers, const Stopwatch& stopwatch) {
  return {loop.form,
          {peak_rate(loop, workers, 1, kWindows, stopwatch),
           peak_rate(loop, workers, workers.count(), kWindows, stopwatch)}};
}

// The levels of this machine with their working sets, rates still open.
std::vector<MemoryLevel> plan_levels(const platform::CacheSizes& caches, unsigned threads) {
  std::vector<MemoryLevel> levels;
  if (caches.l2_bytes != 0) {
    levels.push_back({.name = "L2",
                      .bytes_one = caches.l2_bytes / 2,
                      .bytes_all = caches.l2_bytes / 2 * threads});
  }
  if (caches.l3_bytes > 2 * caches.l2_bytes) {
    const std::size_t past_l2 = kPastL2 * std::max(caches.l2_bytes, kMiB);
    levels.push_back({.name = "L3",
                      .bytes_one = std::min(past_l2, caches.l3_bytes / 2),
                      .bytes_all = std::min(past_l2 * threads, caches.l3_bytes / 2)});
  }
  const std::size_t memory = std::clamp(
      kPastL3 * std::max(caches.l3_bytes, caches.l2_bytes * threads), kMemoryBytesMin,
      std::clamp(platform::available_memory_bytes() / 4, kMemoryBytesMin, kMemoryBytesMax));
  levels.push_back({.name = "DRAM", .bytes_one = memory, .bytes_all = memory});
  return levels;
}

Status measure_memory(MachineProbe& probe, platform::Workers& workers, const ProbeLoops& loops,
                      const Stopwatch& stopwatch, const CancelToken& cancel) {
  for (const platform::PageSize pages : {platform::PageSize::k4KiB, platform::PageSize::k2MiB}) {
    if (cancel.cancelled()) return fail(ErrorCode::kCancelled, "the probe was cancelled");
    std::size_t bytes_max = 0;
    for (const MemoryLevel& level : probe.memory) bytes_max = std::max(bytes_max, level.bytes_all);
    OUTPOST_TRY(const Bandwidth bandwidth,
                Bandwidth::make(workers, bytes_max, pages, loops, stopwatch));
    for (MemoryLevel& level : probe.memory) {
      (pages == platform::PageSize::k4KiB ? level.small_pages : level.huge_pages) = {
          bandwidth.measure(level.bytes_one, 1),
          bandwidth.measure(level.bytes_all, workers.count())};
    }
  }
  return {};
}

void measure_workers(MachineProbe& probe, platform::Workers& workers, const Stopwatch& stopwatch) {
  const double barriers = stopwatch.median_seconds(kWindows, [&] {
    workers.run([&](unsigned worker) {
      for (int i = 0; i < kBarriers; ++i) workers.barrier(worker);
    });
  });
  const double loops = stopwatch.median_seconds(kWindows, [&] {
    for (int i = 0; i < kBarriers; ++i) workers.run([](unsigned) {});
  });
  probe.barrier_seconds = barriers / kBarriers;
  probe.loop_seconds = loops / kBarriers;
}

} // namespace

Result<MachineProbe> probe_machine(platform::Workers& workers, Clock& clock,
                                   const CancelToken& cancel) {
  const Stopwatch stopwatch(clock);
  const platform::CpuFeatures cpu = platform::cpu_features();
  const ProbeLoops loops = select_loops(cpu);
  MachineProbe probe;
  probe.processor = cpu.name;
  probe.threads = workers.count();
  probe.caches = platform::cache_sizes();
  probe.int8 = peak_rates(loops.int8_dot, workers, stopwatch);
  probe.bf16 = peak_rates(loops.bf16_dot, workers, stopwatch);
  probe.f32 = peak_rates(loops.f32_fma, workers, stopwatch);
  measure_workers(probe, workers, stopwatch);
  probe.memory = plan_levels(probe.caches, workers.count());
  probe.past_caches = probe.memory.back().bytes_one >= kPastL3 * probe.caches.l3_bytes;
  OUTPOST_CHECK(measure_memory(probe, workers, loops, stopwatch, cancel));
  return probe;
}

} // namespace outpost::kernels::probe
