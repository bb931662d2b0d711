#include "agents/tools/toolset_pool.h"

#include <chrono>
#include <utility>

namespace outpost::agents {
namespace {

// A cancelled token notifies nobody: whoever waits for a copy looks at it this often.
constexpr std::chrono::milliseconds kCopyTick{50};

} // namespace

ToolsetPool::ToolsetPool(std::unique_ptr<Toolset> first, Open open, std::size_t most)
    : tools_(first->tools()), open_(std::move(open)), room_(most > 0 ? most - 1 : 0) {
  idle_.push_back(std::move(first));
}

Result<std::unique_ptr<Toolset>> ToolsetPool::take(const CancelToken& cancel) {
  bool may_open = true; // until it was tried: another copy may not be to be had now
  std::unique_lock lock(mutex_);
  while (idle_.empty()) {
    if (cancel.cancelled()) {
      return fail(ErrorCode::kCancelled, "the call was cancelled while it waited");
    }
    if (may_open && room_ > 0 && !is_opening_) {
      is_opening_ = true;
      lock.unlock();
      auto opened = open_();
      lock.lock();
      is_opening_ = false;
      returned_.notify_one(); // whoever waits may open the next
      if (opened) --room_;
      if (opened) return opened;
      may_open = false;
      continue;
    }
    returned_.wait_for(lock, kCopyTick);
  }
  auto copy = std::move(idle_.back());
  idle_.pop_back();
  return copy;
}

void ToolsetPool::give_back(std::unique_ptr<Toolset> copy) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(copy));
  returned_.notify_one();
}

Result<ToolResult> ToolsetPool::call(const Call& call, const CallContext& context) {
  OUTPOST_TRY(auto copy, take(context.cancel));
  auto result = copy->call(call, context);
  give_back(std::move(copy));
  return result;
}

Result<std::vector<std::string>> ToolsetPool::known_values(const ValueKind& kind) {
  OUTPOST_TRY(auto copy, take({}));
  auto values = copy->known_values(kind);
  give_back(std::move(copy));
  return values;
}

} // namespace outpost::agents
