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
  // Many rows: each worker takes blocks of rows through the layer on its own; activations stay in
  // its
  // cache and the workers meet once a layer, when keys and values are written.
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
  unsigned worker_count = 1;

  [[nodiscard]] Block block(std::uint32_t index) const;
  // Blocks are dealt to and fro, so that the late rows of a prompt, which attend to more keys, are
  // spread evenly.
  [[nodiscard]] bool is_dealt_to(std::uint32_t index, unsigned worker) const;
};

StepPlan plan_step(std::uint32_t row_count, unsigned worker_count, bool may_replicate);

} // namespace outpost::models
