#include "engine/prompt_allowance.h"

#include <algorithm>

namespace outpost::engine {
namespace {

constexpr double kNewestWeight = 0.25;
// One step differs from what is wanted by no more than this factor; the rest is a disturbance.
constexpr double kChangeMax = 2;

} // namespace

PromptAllowance::PromptAllowance(const PromptAllowanceLimits& limits)
    : limits_(limits), rows_(limits.first_rows) {
  limits_.rows_min = std::min(limits_.rows_min, limits_.first_rows);
  limits_.rows_max = std::max(limits_.rows_max, limits_.first_rows);
}

std::uint32_t PromptAllowance::rows_beside(std::uint32_t answers) const {
  return std::clamp(2 * answers, rows(), std::max(rows(), limits_.rows_max));
}

// As if all of the time were the prompts': a part of it is the answers', so each step goes some of
// the way, in the right direction, to where the two times meet.
void PromptAllowance::learn(std::uint32_t prompt_rows, std::chrono::nanoseconds duration) {
  if (limits_.step_time.count() <= 0 || duration.count() <= 0) return;
  // Few rows within the time say nothing of many.
  if (prompt_rows * 2 < rows() && duration <= limits_.step_time) return;
  const double wanted = std::clamp(static_cast<double>(limits_.step_time.count()) /
                                       static_cast<double>(duration.count()),
                                   1 / kChangeMax, kChangeMax);
  rows_ += kNewestWeight * (std::min<double>(prompt_rows, rows_) * wanted - rows_);
  rows_ = std::clamp<double>(rows_, limits_.rows_min, limits_.rows_max);
}

} // namespace outpost::engine
