#include "kernels/probe/peak.h"

#include <algorithm>

namespace outpost::kernels::probe {
namespace {

constexpr double kLoopSeconds = 3e-3;
constexpr std::uint32_t kWarmRounds = 1 << 16;

} // namespace

double peak_rate(const PeakLoop& loop, platform::Workers& workers, unsigned threads, int windows,
                 const Stopwatch& stopwatch) {
  if (loop.run == nullptr) return 0;
  std::uint32_t rounds = kWarmRounds;
  const auto multiply = [&] {
    workers.run([&](unsigned worker) {
      if (worker < threads) loop.run(rounds);
    });
  };
  multiply(); // wide units take some microseconds to wake up
  const double once = std::max(stopwatch.seconds(multiply), 1e-6);
  rounds = static_cast<std::uint32_t>(std::clamp(kLoopSeconds / once, 0.1, 1e4) * kWarmRounds);
  const double seconds = stopwatch.median_seconds(windows, multiply);
  return double{1} * rounds * loop.multiply_adds * threads / seconds;
}

} // namespace outpost::kernels::probe
