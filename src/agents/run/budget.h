// What one run may spend and has spent. Asked before each step, so a limit is never passed: what
// would not fit is refused. Belongs to the run's thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "agents/ledger/money.h"
#include "agents/spec/agent_spec.h"
#include "base/clock.h"
#include "base/result.h"

namespace outpost::agents {

struct RunUsage {
  std::uint32_t steps = 0;
  std::uint32_t tool_calls = 0;
  std::uint32_t tokens = 0;
  std::chrono::milliseconds time{0};
  Money money{}; // for what was asked elsewhere
};

class RunBudget {
public:
  // `clock` outlives this; the time starts now.
  RunBudget(const Budgets& limits, Clock& clock)
      : limits_(limits), clock_(clock), start_(clock.monotonic()) {}

  // Each: kLimitExceeded naming the limit, and then nothing was taken. All of them look at the
  // time.
  Status take_step();
  Status take_tool_call();
  Status take_tokens(std::uint32_t count);
  Status check_time() const;

  // What may still be spent elsewhere; none: no limit. Whoever spends looks at it first.
  [[nodiscard]] std::optional<Money> money_left() const;
  void add_money(Money spent) { used_.money = used_.money + spent; }

  // A run that goes on after a restart has used that much time already.
  void go_on_after(std::chrono::milliseconds used) { before_ = used; }
  // Off: time passes unnoticed, while what was done before is gone through again.
  void watch_time(bool watches) { watches_time_ = watches; }

  [[nodiscard]] std::uint32_t tokens_left() const { return limits_.tokens - used_.tokens; }
  [[nodiscard]] RunUsage usage() const;

private:
  Status take(std::uint32_t& used, std::uint32_t count, std::uint32_t limit, const char* what);

  Budgets limits_;
  Clock& clock_;
  std::chrono::nanoseconds start_;
  std::chrono::milliseconds before_{0};
  bool watches_time_ = true;
  RunUsage used_;
};

} // namespace outpost::agents
