// Cancel is a state: whoever started the work sets it, whoever does the work looks between steps.
#pragma once
#include <atomic>
#include <memory>

namespace outpost {

// The side that is asked. A default-made token is never cancelled.
class CancelToken {
public:
  CancelToken() = default;
  [[nodiscard]] bool cancelled() const {
    return flag_ != nullptr && flag_->load(std::memory_order_relaxed);
  }

private:
  friend class CancelSource;
  // Shared: the source may be gone (a client that left) while the work still looks.
  explicit CancelToken(std::shared_ptr<const std::atomic<bool>> flag) : flag_(std::move(flag)) {}
  std::shared_ptr<const std::atomic<bool>> flag_;
};

// The side that asks. cancel() may be called from any thread and from a signal handler.
class CancelSource {
public:
  [[nodiscard]] CancelToken token() const { return CancelToken(flag_); }
  void cancel() const { flag_->store(true, std::memory_order_relaxed); }
  void reset() const { flag_->store(false, std::memory_order_relaxed); }

private:
  std::shared_ptr<std::atomic<bool>> flag_ = std::make_shared<std::atomic<bool>>(false);
};

} // namespace outpost
