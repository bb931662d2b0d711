#include "agents/orchestrator/agent_pool.h"

namespace outpost::agents {

Result<std::unique_ptr<Runner>> AgentPool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (busy_ >= concurrency_) {
      return fail(ErrorCode::kResourceExhausted,
                  "the agent has " + std::to_string(busy_) + " requests in progress, its limit",
                  "try again when one of them has ended");
    }
    ++busy_;
    if (!idle_.empty()) {
      auto runner = std::move(idle_.back());
      idle_.pop_back();
      return runner;
    }
  }
  auto opened = open_();
  if (!opened) give_back(nullptr);
  return opened;
}

void AgentPool::give_back(std::unique_ptr<Runner> runner) {
  const std::lock_guard lock(mutex_);
  --busy_;
  if (runner) idle_.push_back(std::move(runner));
}

Result<RunOutcome> AgentPool::run(Session& session, const std::string& request,
                                  const RunOptions& options) {
  OUTPOST_TRY(auto runner, take());
  auto outcome = runner->run(session, request, options);
  give_back(std::move(runner));
  return outcome;
}

double AgentPool::load() const {
  const std::lock_guard lock(mutex_);
  return static_cast<double>(busy_) / static_cast<double>(concurrency_);
}

} // namespace outpost::agents
