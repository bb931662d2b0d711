// Times short work by medians: a window lost to somebody else on the machine does not count.
#pragma once
#include <functional>

#include "base/clock.h"

namespace outpost::kernels::probe {

class Stopwatch {
public:
  explicit Stopwatch(Clock& clock) : clock_(clock) {}

  [[nodiscard]] double seconds(const std::function<void()>& work) const;
  // The median of `windows` calls of work.
  [[nodiscard]] double median_seconds(int windows, const std::function<void()>& work) const;

private:
  Clock& clock_;
};

} // namespace outpost::kernels::probe
