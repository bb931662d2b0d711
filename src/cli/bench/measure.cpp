#include "cli/bench/measure.h"

#include <algorithm>
#include <map>

namespace outpost::cli {
namespace {

constexpr std::uint32_t kRepetitionsMax = 9;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// Both roofs at one moment; the bandwidth only where it can bind.
struct RoofSample {
  double int8 = 0;
  double bandwidth = 0;
};

RoofSample sample(const Roof& roof, const Workload& workload) {
  RoofSample now;
  now.int8 = roof.int8_multiply_adds_per_second();
  if (workload.kind == WorkloadKind::kDecode) now.bandwidth = roof.bytes_per_second();
  return now;
}

class Shares {
public:
  explicit Shares(const Workload& workload, const ModelCost& cost)
      : multiply_adds_(multiply_adds(workload, cost)), bytes_(bytes_read(workload, cost)) {}

  void add(double seconds, const RoofSample& before, const RoofSample& after) {
    int8_.push_back(multiply_adds_ / seconds / ((before.int8 + after.int8) / 2));
    if (before.bandwidth == 0) return;
    bandwidth_.push_back(bytes_ / seconds / ((before.bandwidth + after.bandwidth) / 2));
  }

  void fill(Measured& measured) const {
    const double of_int8 = median(int8_);
    const double of_bandwidth = bandwidth_.empty() ? 0 : median(bandwidth_);
    measured.share = std::max(of_int8, of_bandwidth);
    measured.roof = of_int8 >= of_bandwidth ? "int8" : "bandwidth";
  }

private:
  double multiply_adds_;
  double bytes_;
  std::vector<double> int8_;
  std::vector<double> bandwidth_;
};

std::uint32_t repetitions_for(double seconds, const MeasureSettings& settings) {
  if (settings.repetitions != 0) return settings.repetitions;
  const double fitting = settings.budget_seconds / seconds;
  return static_cast<std::uint32_t>(std::clamp(fitting, 0.0, double{kRepetitionsMax}));
}

Result<Measured> measure_one(Runner& runner, const Roof& roof, const ModelCost& cost,
                             const Workload& workload, const MeasureSettings& settings) {
  Shares shares(workload, cost);
  std::vector<double> taken;
  RoofSample before = sample(roof, workload);
  const auto repeat = [&]() -> Status {
    OUTPOST_TRY(const double seconds, runner.seconds(workload));
    const RoofSample after = sample(roof, workload);
    shares.add(seconds, before, after);
    taken.push_back(seconds);
    before = after;
    return {};
  };
  OUTPOST_CHECK(repeat());
  const std::uint32_t repetitions = repetitions_for(taken.front(), settings);
  if (repetitions != 0) {
    shares = Shares(workload, cost);
    taken.clear();
  }
  for (std::uint32_t i = 0; i < repetitions; ++i) OUTPOST_CHECK(repeat());
  Measured measured{.workload = workload, .seconds = median(taken)};
  measured.tokens_per_second = workload.token_count() / measured.seconds;
  shares.fill(measured);
  return measured;
}

// Seconds that a run is likely to take, from the fastest prefill and step seen so far; 0: unknown.
class Forecast {
public:
  void learn(const Measured& measured) {
    double& best = seconds_per_token_[measured.workload.kind];
    const double seconds = 1 / measured.tokens_per_second;
    best = best == 0 ? seconds : std::min(best, seconds);
  }
  double seconds(const Workload& workload) {
    return seconds_per_token_[workload.kind] * workload.token_count();
  }

private:
  std::map<WorkloadKind, double> seconds_per_token_;
};

} // namespace

double multiply_adds(const Workload& workload, const ModelCost& cost) {
  const auto one = [&](std::uint64_t tokens) {
    return static_cast<double>(cost.prefill_multiply_adds(workload.depth, tokens));
  };
  if (workload.kind == WorkloadKind::kPrefill) return one(workload.tokens);
  // A prefill counts the head once, decoding for each token.
  const double heads = static_cast<double>(cost.head_multiply_adds()) * (workload.tokens - 1.0);
  return workload.batch * (one(workload.tokens) + heads);
}

double bytes_read(const Workload& workload, const ModelCost& cost) {
  double bytes = 0;
  for (std::uint32_t k = 0; k < workload.tokens; ++k) {
    const double each = static_cast<double>(cost.kv_bytes(workload.depth + k));
    const double shared =
        workload.shared == 0 ? 0 : static_cast<double>(cost.kv_bytes(workload.shared - 1));
    bytes += static_cast<double>(cost.weights_bytes()) + shared + workload.batch * (each - shared);
  }
  return bytes;
}

Result<Measurements> measure(Runner& runner, const Roof& roof, const ModelCost& cost,
                             std::span<const Workload> workloads, const MeasureSettings& settings,
                             const std::function<void(const Measured&)>& on_done) {
  Measurements all;
  Forecast forecast;
  for (const Workload& workload : workloads) {
    const double expected = forecast.seconds(workload);
    if (settings.run_seconds_max != 0 && expected > settings.run_seconds_max) {
      all.left_out.push_back({workload, expected});
      continue;
    }
    OUTPOST_TRY(Measured measured, measure_one(runner, roof, cost, workload, settings));
    forecast.learn(measured);
    on_done(measured);
    all.measured.push_back(measured);
  }
  return all;
}

} // namespace outpost::cli
