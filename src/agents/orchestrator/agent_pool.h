// Several copies of one agent, so that it can take several requests at once, up to a limit. An
// Agent belongs to one thread at a time; a copy is opened when all others are at work.
#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "agents/runner.h"

namespace outpost::agents {

// Thread-safe.
class AgentPool final : public Runner {
public:
  static constexpr std::uint32_t kConcurrencyDefault = 10;

  // What becomes of a request that comes when all copies are at work.
  enum class WhenFull {
    kRefuse, // kResourceExhausted at once: whoever asks may ask somebody else
    kWait,   // until a copy is free, or the request is cancelled
  };

  using Open = std::function<Result<std::unique_ptr<Runner>>()>;

  // `concurrency` > 0.
  AgentPool(Open open, std::uint32_t concurrency, WhenFull when_full = WhenFull::kRefuse)
      : open_(std::move(open)), concurrency_(concurrency), when_full_(when_full) {}

  // A copy that is open already.
  void add(std::unique_ptr<Runner> runner);

  // Errors of `open`, and those of the agent.
  Result<RunOutcome> run(Session& session, const std::string& request,
                         const RunOptions& options) override;
  Result<RunOutcome> resume(const std::string& run_id, const RunOptions& options) override;
  Result<ReplayReport> replay(const std::string& run_id) override;

  // Requests in progress, as a share of what there may be.
  [[nodiscard]] double load() const;
  [[nodiscard]] bool is_full() const { return load() >= 1; }

private:
  class Loan;
  Status find_room(const CancelToken& cancel);
  Result<Loan> take(const CancelToken& cancel);
  void give_back(std::unique_ptr<Runner> runner);

  Open open_;
  std::uint32_t concurrency_;
  WhenFull when_full_;
  mutable std::mutex mutex_;
  std::condition_variable returned_;
  std::uint32_t busy_ = 0;                    // guarded by mutex_
  std::vector<std::unique_ptr<Runner>> idle_; // guarded by mutex_
};

} // namespace outpost::agents
