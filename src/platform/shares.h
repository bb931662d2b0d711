// What part of a loop each worker takes. Cores are not equal for long: another program or the host
// takes time from one of them, and then all the others wait for it at every barrier. A worker that
// is waited for gets less, one that waits gets more. Who computes what never changes a result.
#pragma once
#include <chrono>
#include <cstddef>
#include <span>
#include <vector>

namespace outpost::platform {

class Shares {
public:
  // All equal.
  explicit Shares(unsigned count);

  // The half-open part of [0, total) that belongs to `worker`.
  struct Range {
    std::size_t begin, end;
  };
  [[nodiscard]] Range of(std::size_t total, unsigned worker) const {
    return {place(total, worker), place(total, worker + 1)};
  }
  // The parts of all workers before `worker`, of 1 in all. REQUIRES: worker <= count.
  [[nodiscard]] double before(unsigned worker) const { return before_[worker]; }
  [[nodiscard]] unsigned count() const { return static_cast<unsigned>(before_.size() - 1); }
  [[nodiscard]] double largest() const;

  // A loop took `duration`, in which each worker did `done[w]` of the work (1 in all) and waited
  // for the others `waited[w]` long.
  void learn(std::span<const double> done, std::span<const std::chrono::nanoseconds> waited,
             std::chrono::nanoseconds duration);

private:
  [[nodiscard]] std::size_t place(std::size_t total, unsigned worker) const;

  std::vector<double> before_; // [count + 1], from 0 to 1
  std::vector<double> speeds_; // [count], of 1 in all
};

} // namespace outpost::platform
