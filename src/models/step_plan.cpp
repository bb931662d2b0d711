#include "models/step_plan.h"

#include <algorithm>

namespace outpost::models {

Block StepPlan::block(std::uint32_t index) const {
  const std::uint64_t units = (row_count + kRowsUnit - 1) / kRowsUnit;
  const auto edge = [&](std::uint64_t i) {
    const auto row = static_cast<std::uint32_t>(units * i / block_count * kRowsUnit);
    return std::min(row, row_count);
  };
  return {edge(index), edge(index + 1u)};
}

StepPlan plan_step(std::uint32_t row_count, unsigned worker_count, bool may_replicate) {
  StepPlan plan{.row_count = row_count};
  if (worker_count > 1 && row_count < shared_rows_max(worker_count)) {
    const bool replicated = may_replicate && row_count <= kReplicatedRowsMax;
    plan.sharing = replicated ? Sharing::kReplicated : Sharing::kPanels;
    return plan;
  }
  plan.sharing = Sharing::kBlocks;
  const std::uint32_t fewest = (row_count + kBlockRowsMax - 1) / kBlockRowsMax;
  plan.block_count = std::max(fewest, worker_count);
  return plan;
}

} // namespace outpost::models
