// How a step's rows and matrices are shared out among the workers. A pure function of two counts;
// it never changes any output's bits, only who computes them.
#pragma once
#include <cstdint>

#include "models/workspace.h"

namespace outpost::models {

enum class Sharing : std::uint8_t {
  // Very few rows: each worker has its share of every matrix's panels, and computes the norms of
  // all
  // rows for itself, which costs less than waiting for each other.
  kReplicated,
  // Few rows: shares of panels, shares of rows.
  kPanels,
  // Many rows: each worker takes blocks of rows through a layer on its own; activations stay in its
  // cache (block_queue.h says which block comes next).
  kBlocks,
};

struct Block {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  [[nodiscard]] std::uint32_t size() const { return end - begin; }
};

struct StepPlan {
  Sharing sharing = Sharing::kPanels;
  std::uint32_t row_count = 0;
  std::uint32_t block_count = 1;

  // Where workers take blocks, all but the last have as many rows as a page of keys at least.
  [[nodiscard]] Block block(std::uint32_t index) const;
};

StepPlan plan_step(std::uint32_t row_count, unsigned worker_count, bool may_replicate);

} // namespace outpost::models
