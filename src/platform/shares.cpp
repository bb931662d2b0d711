#include "platform/shares.h"

#include <algorithm>

namespace outpost::platform {
namespace {

constexpr double kNewestWeight = 0.1; // of a loop's speeds among those known
constexpr double kBusyMin = 0.02;     // of a loop: one that only waited says little of its speed
constexpr double kSpeedMin = 0.25;    // of an equal share: whoever has work can still be measured
// Half of a loop's shares end on a whole number in binary but for rounding: 0.1 + 0.2 does not.
constexpr double kRounding = 1e-9;

} // namespace

Shares::Shares(unsigned count) : before_(count + 1), speeds_(count, 1.0 / count) {
  for (unsigned i = 0; i <= count; ++i) before_[i] = static_cast<double>(i) / count;
}

std::size_t Shares::place(std::size_t total, unsigned worker) const {
  return static_cast<std::size_t>(static_cast<double>(total) * before_[worker] + kRounding);
}

double Shares::largest() const {
  double most = 0;
  for (unsigned i = 0; i < count(); ++i) most = std::max(most, before_[i + 1] - before_[i]);
  return most;
}

void Shares::learn(std::span<const double> done, std::span<const std::chrono::nanoseconds> waited,
                   std::chrono::nanoseconds duration) {
  if (duration.count() <= 0) return;
  double sum = 0;
  for (unsigned i = 0; i < count(); ++i) {
    const double share_waited =
        static_cast<double>(waited[i].count()) / static_cast<double>(duration.count());
    sum += done[i] / std::max(kBusyMin, 1 - share_waited);
  }
  if (sum <= 0) return;
  for (unsigned i = 0; i < count(); ++i) {
    const double share_waited =
        static_cast<double>(waited[i].count()) / static_cast<double>(duration.count());
    const double speed = done[i] / std::max(kBusyMin, 1 - share_waited) / sum;
    speeds_[i] += kNewestWeight * (speed - speeds_[i]);
  }
  double total = 0;
  for (const double speed : speeds_) total += std::max(speed, kSpeedMin / count());
  for (unsigned i = 0; i + 1 < count(); ++i) {
    before_[i + 1] = before_[i] + std::max(speeds_[i], kSpeedMin / count()) / total;
  }
}

} // namespace outpost::platform
