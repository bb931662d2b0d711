#include "engine/step_cost.h"

#include <algorithm>

namespace outpost::engine {
namespace {

// What one more row costs, of a step with one, while nothing is known: about what it does with the
// smallest models. Sure drafts pay even so, and show the truth.
constexpr double kFirstSlope = 0.25;
// A count of rows not seen for so many steps is as if it never was: a bad moment is not for ever.
constexpr std::uint64_t kStepsRemembered = 2048;
constexpr double kScaleWeight = 0.2;
constexpr double kShapeWeightMin = 1.0 / 16;
// One step differs from what is expected by no more than this factor; the rest is a disturbance.
constexpr double kCostSurpriseMax = 1.5;
// Steps of a count of rows after which its deviations tell of the moment, not of the count.
constexpr std::uint32_t kSettledCount = 4;

} // namespace

bool StepCost::is_known(std::uint32_t rows) const {
  return rows == 1 || (seen_[rows].count > 0 && step_ - seen_[rows].step < kStepsRemembered);
}

double StepCost::relative(std::uint32_t rows) const {
  if (rows <= 1) return 1;
  std::uint32_t below = std::min(rows, kRowsMax);
  while (!is_known(below)) --below;
  const double at_below = below == 1 ? 1 : seen_[below].relative;
  if (below == rows) return at_below;
  for (std::uint32_t above = rows + 1; above <= kRowsMax; ++above) {
    if (!is_known(above)) continue;
    const double part = static_cast<double>(rows - below) / (above - below);
    return std::max(1.0, at_below + part * (seen_[above].relative - at_below));
  }
  const double slope = below == 1 ? kFirstSlope : (at_below - 1) / (below - 1);
  return at_below + slope * (rows - below);
}

void StepCost::learn_shape(Seen& seen, std::uint32_t rows, double relative) const {
  if (!is_known(rows)) {
    // A row never costs more than a step of its own.
    seen.relative = std::clamp(relative, 1.0, static_cast<double>(rows));
    seen.count = 1;
    return;
  }
  relative =
      std::clamp(relative, seen.relative / kCostSurpriseMax, seen.relative * kCostSurpriseMax);
  const double weight = std::max(kShapeWeightMin, 1.0 / (seen.count + 1));
  seen.relative = std::max(1.0, seen.relative + weight * (relative - seen.relative));
  ++seen.count;
}

void StepCost::learn_scale(double nanoseconds) {
  if (scale_ == 0) {
    scale_ = nanoseconds;
    return;
  }
  const double seen = std::clamp(nanoseconds, scale_ / kCostSurpriseMax, scale_ * kCostSurpriseMax);
  scale_ += kScaleWeight * (seen - scale_);
}

void StepCost::learn(std::uint32_t rows, std::chrono::nanoseconds duration) {
  const auto nanoseconds = static_cast<double>(duration.count());
  if (rows > kRowsMax || nanoseconds <= 0) return;
  ++step_;
  const bool is_settled = rows == 1 || (is_known(rows) && seen_[rows].count >= kSettledCount);
  if (is_settled || scale_ == 0) learn_scale(nanoseconds / relative(rows));
  if (rows == 1) return;
  learn_shape(seen_[rows], rows, nanoseconds / scale_);
  seen_[rows].step = step_;
}

} // namespace outpost::engine
