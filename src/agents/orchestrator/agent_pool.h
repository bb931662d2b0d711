// Several copies of one agent, so that it can take several requests at once, up to a limit. An
// Agent belongs to one thread at a time; a copy is opened when all others are at work.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "agents/orchestrator/runner.h"

namespace outpost::agents {

// Thread-safe.
class AgentPool final : public Runner {
public:
  static constexpr std::uint32_t kConcurrencyDefault = 10;

  using Open = std::function<Result<std::unique_ptr<Runner>>()>;

  // `concurrency` > 0.
  AgentPool(Open open, std::uint32_t concurrency)
      : open_(std::move(open)), concurrency_(concurrency) {}

  // kResourceExhausted when all copies are at work, at once and without waiting: whoever asks knows
  // better whether to wait or to ask somebody else. Errors of `open`.
  Result<RunOutcome> run(Session& session, const std::string& request,
                         const RunOptions& options) override;

  // Requests in progress, as a share of what there may be.
  [[nodiscard]] double load() const;
  [[nodiscard]] bool is_full() const { return load() >= 1; }

private:
  Result<std::unique_ptr<Runner>> take();
  void give_back(std::unique_ptr<Runner> runner);

  Open open_;
  std::uint32_t concurrency_;
  mutable std::mutex mutex_;
  std::uint32_t busy_ = 0;                    // guarded by mutex_
  std::vector<std::unique_ptr<Runner>> idle_; // guarded by mutex_
};

} // namespace outpost::agents
