#include "agents/run/budget.h"

#include <algorithm>
#include <string>

#include "base/checked.h"

namespace outpost::agents {

Status RunBudget::check_time() const {
  if (!watches_time_ || usage().time < limits_.time) return {};
  return fail(ErrorCode::kLimitExceeded,
              "the run has used its " + std::to_string(limits_.time.count()) + " ms");
}

Status RunBudget::take(std::uint32_t& used, std::uint32_t count, std::uint32_t limit,
                       const char* what) {
  OUTPOST_CHECK(check_time());
  const auto after = checked_add(used, count);
  if (!after || *after > limit) {
    return fail(ErrorCode::kLimitExceeded, "the run's budget of " + std::to_string(limit) + " " +
                                               what + " does not allow " + std::to_string(count) +
                                               " more after " + std::to_string(used));
  }
  used = *after;
  return {};
}

Status RunBudget::take_step() { return take(used_.steps, 1, limits_.steps, "steps"); }

Status RunBudget::take_tool_call() {
  return take(used_.tool_calls, 1, limits_.tool_calls, "tool calls");
}

Status RunBudget::take_tokens(std::uint32_t count) {
  return take(used_.tokens, count, limits_.tokens, "tokens");
}

std::optional<Money> RunBudget::money_left() const {
  if (!limits_.money) return std::nullopt;
  return std::max(*limits_.money - used_.money, Money{});
}

RunUsage RunBudget::usage() const {
  RunUsage usage = used_;
  usage.time =
      before_ + std::chrono::duration_cast<std::chrono::milliseconds>(clock_.monotonic() - start_);
  return usage;
}

} // namespace outpost::agents
