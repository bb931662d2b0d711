// Several copies of one toolset, so that a slow call keeps no other waiting: a Toolset belongs to
// one thread at a time, this one to any number.
#pragma once
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "agents/tools/toolset.h"

namespace outpost::agents {

// Thread-safe.
class ToolsetPool final : public Toolset {
public:
  using Open = std::function<Result<std::unique_ptr<Toolset>>()>;

  // `first` is open already; `open` opens more of its kind when all others are at work, up to
  // `most`, and is called by one thread at a time. Beyond that, and where it fails, calls wait.
  ToolsetPool(std::unique_ptr<Toolset> first, Open open, std::size_t most);

  [[nodiscard]] const std::vector<Tool>& tools() const override { return tools_; }
  // Beside the inner errors: kCancelled while it waits.
  Result<ToolResult> call(const Call& call, const CallContext& context) override;
  Result<std::vector<std::string>> known_values(const ValueKind& kind) override;

private:
  Result<std::unique_ptr<Toolset>> take(const CancelToken& cancel);
  void give_back(std::unique_ptr<Toolset> copy);

  std::vector<Tool> tools_;
  Open open_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::size_t room_;                           // copies that may still be opened; guarded by mutex_
  bool is_opening_ = false;                    // guarded by mutex_
  std::vector<std::unique_ptr<Toolset>> idle_; // guarded by mutex_
};

} // namespace outpost::agents
