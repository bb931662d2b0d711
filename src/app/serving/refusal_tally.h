// Refusals of an overload, for the log: a line for each would be one more load, so they are counted
// and told of now and then. Thread-safe.
#pragma once
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

namespace outpost::app {

class RefusalTally {
public:
  // Counts one more. How many there were since they were last told of, when it is time to tell:
  // at once for the first, then every ten seconds. `now`: monotonic.
  std::optional<std::uint64_t> add(std::chrono::nanoseconds now) {
    const std::lock_guard lock(mutex_);
    ++count_;
    if (told_ && now - *told_ < kPause) return std::nullopt;
    told_ = now;
    return std::exchange(count_, 0);
  }

private:
  static constexpr std::chrono::seconds kPause{10};
  std::mutex mutex_;
  std::uint64_t count_ = 0;                      // guarded by mutex_
  std::optional<std::chrono::nanoseconds> told_; // guarded by mutex_; none: never
};

} // namespace outpost::app
