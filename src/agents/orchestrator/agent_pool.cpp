#include "agents/orchestrator/agent_pool.h"

#include <utility>

namespace outpost::agents {
namespace {

// A cancelled token notifies nobody: whoever waits looks at it this often.
constexpr std::chrono::milliseconds kTick{50};

} // namespace

// A copy at work, given back at the end.
class AgentPool::Loan {
public:
  Loan(AgentPool& pool, std::unique_ptr<Runner> runner)
      : pool_(&pool), runner_(std::move(runner)) {}
  Loan(Loan&& other) noexcept
      : pool_(std::exchange(other.pool_, nullptr)), runner_(std::move(other.runner_)) {}
  Loan& operator=(Loan&&) = delete;
  ~Loan() {
    if (pool_ != nullptr) pool_->give_back(std::move(runner_));
  }
  Runner* operator->() const { return runner_.get(); }

private:
  AgentPool* pool_; // null when moved from
  std::unique_ptr<Runner> runner_;
};

Status AgentPool::find_room(const CancelToken& cancel) {
  std::unique_lock lock(mutex_);
  while (busy_ >= concurrency_) {
    if (when_full_ == WhenFull::kRefuse) {
      return fail(ErrorCode::kResourceExhausted,
                  "the agent has " + std::to_string(busy_) + " requests in progress, its limit",
                  "try again when one of them has ended");
    }
    if (cancel.cancelled()) {
      return fail(ErrorCode::kCancelled, "the request was cancelled while it waited for an agent");
    }
    returned_.wait_for(lock, kTick);
  }
  ++busy_;
  return {};
}

Result<AgentPool::Loan> AgentPool::take(const CancelToken& cancel) {
  OUTPOST_CHECK(find_room(cancel));
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto runner = std::move(idle_.back());
      idle_.pop_back();
      return Loan(*this, std::move(runner));
    }
  }
  auto opened = open_();
  if (opened) return Loan(*this, *std::move(opened));
  give_back(nullptr);
  return tl::unexpected(opened.error());
}

void AgentPool::give_back(std::unique_ptr<Runner> runner) {
  const std::lock_guard lock(mutex_);
  --busy_;
  if (runner) idle_.push_back(std::move(runner));
  returned_.notify_one();
}

void AgentPool::add(std::unique_ptr<Runner> runner) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(runner));
}

Result<RunOutcome> AgentPool::run(Session& session, const std::string& request,
                                  const RunOptions& options) {
  OUTPOST_TRY(const Loan agent, take(options.cancel));
  return agent->run(session, request, options);
}

Result<RunOutcome> AgentPool::resume(const std::string& run_id, const RunOptions& options) {
  OUTPOST_TRY(const Loan agent, take({})); // a cancelled run still has to be ended
  return agent->resume(run_id, options);
}

Result<ReplayReport> AgentPool::replay(const std::string& run_id) {
  OUTPOST_TRY(const Loan agent, take({}));
  return agent->replay(run_id);
}

double AgentPool::load() const {
  const std::lock_guard lock(mutex_);
  return static_cast<double>(busy_) / static_cast<double>(concurrency_);
}

} // namespace outpost::agents
