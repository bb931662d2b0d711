#include "kernels/probe/stopwatch.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "base/assert.h"

namespace outpost::kernels::probe {

double Stopwatch::seconds(const std::function<void()>& work) const {
  const auto start = clock_.monotonic();
  work();
  return std::chrono::duration<double>(clock_.monotonic() - start).count();
}

double Stopwatch::median_seconds(int windows, const std::function<void()>& work) const {
  OUTPOST_ASSERT(windows >= 1);
  std::vector<double> taken;
  for (int i = 0; i < windows; ++i) taken.push_back(seconds(work));
  const auto middle = taken.begin() + windows / 2;
  std::nth_element(taken.begin(), middle, taken.end());
  return *middle;
}

} // namespace outpost::kernels::probe
