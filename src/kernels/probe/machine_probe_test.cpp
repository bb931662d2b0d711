#include <gtest/gtest.h>

#include "kernels/probe/bandwidth.h"
#include "kernels/probe/loops.h"
#include "kernels/probe/machine_probe.h"

namespace outpost::kernels::probe {
namespace {

// A clock that moves by one millisecond whenever it is read.
class SteppingClock final : public Clock {
public:
  std::chrono::nanoseconds monotonic() override { return now_ += std::chrono::milliseconds(1); }
  std::int64_t wall_ms() override { return 0; }

private:
  std::chrono::nanoseconds now_{0};
};

TEST(Stopwatch, MedianLeavesOutTheOddWindow) {
  FakeClock clock;
  int call = 0;
  const double seconds = Stopwatch(clock).median_seconds(
      5, [&] { clock.advance(std::chrono::milliseconds(++call == 2 ? 1000 : 10)); });
  EXPECT_DOUBLE_EQ(seconds, 0.010);
  EXPECT_EQ(call, 5);
}

TEST(ProbeLoops, EveryLoopOfThisProcessorRuns) {
  const platform::CpuFeatures cpu = platform::cpu_features();
  const ProbeLoops loops = select_loops(cpu);
  EXPECT_EQ(loops.bf16_dot.run != nullptr, cpu.avx512_bf16);
  for (const PeakLoop& loop : {loops.int8_dot, loops.bf16_dot, loops.f32_fma}) {
    if (loop.run == nullptr) continue;
    EXPECT_GT(loop.multiply_adds, 0u);
    loop.run(3);
  }
}

TEST(ProbeLoops, WeakerProcessorsHaveLoopsToo) {
  const ProbeLoops loops = select_loops({});
  EXPECT_NE(loops.int8_dot.run, nullptr);
  EXPECT_NE(loops.f32_fma.run, nullptr);
  EXPECT_EQ(loops.bf16_dot.run, nullptr);
}

TEST(Bandwidth, CountsTheBytesOfAllThreads) {
  SteppingClock clock; // each window seems to take 1 ms
  platform::Workers workers(2);
  const auto bandwidth = Bandwidth::make(workers, 1 << 20, platform::PageSize::k4KiB,
                                         select_loops(platform::cpu_features()), Stopwatch(clock));
  ASSERT_TRUE(bandwidth);
  // One pass seems to take 1 ms, so a window has four; 4 MiB in 1 ms.
  EXPECT_DOUBLE_EQ(bandwidth->measure(1 << 20, 2), 4.0 * (1 << 20) / 1e-3);
  EXPECT_DOUBLE_EQ(bandwidth->measure(1 << 19, 1), 4.0 * (1 << 19) / 1e-3);
}

TEST(MachineProbe, ACancelledProbeSaysSo) {
  SystemClock clock;
  platform::Workers workers(1);
  const CancelSource cancel;
  cancel.cancel();
  const auto probe = probe_machine(workers, clock, cancel.token());
  ASSERT_FALSE(probe);
  EXPECT_EQ(probe.error().code, ErrorCode::kCancelled);
}

} // namespace
} // namespace outpost::kernels::probe
