// How much longer a step takes with more rows, learnt from the steps that ran: what a draft costs.
// Durations are passed in. What moves all steps alike (the context grows, the machine is slower for
// a while) is kept apart from the shape of the curve, so that counts of rows not seen for a while
// stay comparable.
#pragma once
#include <array>
#include <chrono>
#include <cstdint>

namespace outpost::engine {

class StepCost {
public:
  // Above this the curve goes on as a line.
  static constexpr std::uint32_t kRowsMax = 64;

  // A step of `rows` > 0 rows, each with logits, took `duration`.
  void learn(std::uint32_t rows, std::chrono::nanoseconds duration);
  // What a step of `rows` > 0 rows takes, as a multiple of one with a single row. At least 1.
  [[nodiscard]] double relative(std::uint32_t rows) const;

private:
  struct Seen {
    double relative = 0;
    std::uint32_t count = 0; // of steps that this was learnt from
    std::uint64_t step = 0;  // the last of them
  };
  [[nodiscard]] bool is_known(std::uint32_t rows) const;
  void learn_shape(Seen& seen, std::uint32_t rows, double relative) const;
  void learn_scale(double nanoseconds);

  std::array<Seen, kRowsMax + 1> seen_; // [rows]
  double scale_ = 0;                    // nanoseconds of a step with one row; 0: not known yet
  std::uint64_t step_ = 0;
};

} // namespace outpost::engine
