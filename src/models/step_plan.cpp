#include "models/step_plan.h"

#include <algorithm>

#include "base/checked.h"

namespace outpost::models {

Block StepPlan::block(std::uint32_t index) const {
  const std::uint64_t tiles = (row_count + kTileRows - 1) / kTileRows;
  const auto edge = [&](std::uint64_t i) {
    const auto row = static_cast<std::uint32_t>(tiles * i / block_count * kTileRows);
    return std::min(row, row_count);
  };
  return {edge(index), edge(index + 1u)};
}

bool StepPlan::is_dealt_to(std::uint32_t index, unsigned worker) const {
  const std::uint32_t place = index % (2 * worker_count);
  return worker == (place < worker_count ? place : 2 * worker_count - 1 - place);
}

StepPlan plan_step(std::uint32_t row_count, unsigned worker_count, bool may_replicate) {
  StepPlan plan{.row_count = row_count, .worker_count = worker_count};
  if (worker_count > 1 && row_count < shared_rows_max(worker_count)) {
    const bool replicated = may_replicate && row_count <= kReplicatedRowsMax;
    plan.sharing = replicated ? Sharing::kReplicated : Sharing::kPanels;
    return plan;
  }
  plan.sharing = Sharing::kBlocks;
  const std::uint32_t fewest = (row_count + kBlockRowsMax - 1) / kBlockRowsMax;
  plan.block_count = round_up<std::uint32_t>(fewest, worker_count);
  return plan;
}

} // namespace outpost::models
