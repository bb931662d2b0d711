// Measures workloads and what share of the roofline they reach.
#pragma once
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/bench/cost.h"
#include "cli/bench/roof.h"
#include "cli/bench/runner.h"
#include "cli/bench/workload.h"

namespace outpost::cli {

struct Measured {
  Workload workload;
  double seconds = 0; // median of the repetitions
  double tokens_per_second = 0;
  // Of the roof that is nearer: multiply-adds a second over the int8 peak, or (decoding only) bytes
  // a second over the read bandwidth. Each repetition is divided by the roof measured before and
  // after it; the median counts.
  double share = 0;
  std::string_view roof; // "int8" or "bandwidth"
};

struct LeftOut {
  Workload workload;
  double seconds_expected = 0;
};

struct MeasureSettings {
  std::uint32_t repetitions = 0; // 0: as many as the budget allows, at most kRepetitionsMax
  double budget_seconds = 2;     // for the repetitions of one workload
  // Without --reps, a workload that would take longer for one run is left out; 0: none is.
  double run_seconds_max = 0;
};

struct Measurements {
  std::vector<Measured> measured;
  std::vector<LeftOut> left_out;
};

// One run to warm up is dropped, unless it alone is longer than the budget. `on_done` is called
// after each workload, to show progress.
Result<Measurements> measure(Runner& runner, const Roof& roof, const ModelCost& cost,
                             std::span<const Workload> workloads, const MeasureSettings& settings,
                             const std::function<void(const Measured&)>& on_done);

// Multiply-adds and bytes of one run: what shares are made of.
double multiply_adds(const Workload& workload, const ModelCost& cost);
double bytes_read(const Workload& workload, const ModelCost& cost);

} // namespace outpost::cli
