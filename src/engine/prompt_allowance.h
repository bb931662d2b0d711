// How many rows of prompts a step takes beside running answers, learnt from the steps that ran: as
// many as keep the pause between two tokens within a time. A fast machine or a small model reads
// prompts in large chunks, a slow one in small ones. Durations are passed in.
#pragma once
#include <chrono>
#include <cstdint>

namespace outpost::engine {

struct PromptAllowanceLimits {
  std::chrono::nanoseconds step_time{0}; // that a step beside answers should take; 0: not bounded
  std::uint32_t first_rows = 128;        // until anything is known; > 0
  std::uint32_t rows_min = 32;           // however slow: prompts must come to an end; > 0
  std::uint32_t rows_max = 512;
};

class PromptAllowance {
public:
  explicit PromptAllowance(const PromptAllowanceLimits& limits);

  // A step beside answers computed `prompt_rows` rows of prompts and took `duration` in all.
  void learn(std::uint32_t prompt_rows, std::chrono::nanoseconds duration);
  [[nodiscard]] std::uint32_t rows() const { return static_cast<std::uint32_t>(rows_); }
  // The rows beside `answers` answers. Many of those fill the time by themselves; prompts then get
  // twice as many rows, or places would stand empty that prompts have yet to be read for.
  [[nodiscard]] std::uint32_t rows_beside(std::uint32_t answers) const;

private:
  PromptAllowanceLimits limits_;
  double rows_;
};

} // namespace outpost::engine
