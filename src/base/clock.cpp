#include "base/clock.h"

namespace outpost {

std::chrono::nanoseconds SystemClock::monotonic() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

std::int64_t SystemClock::wall_ms() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

} // namespace outpost
