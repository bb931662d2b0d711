#include "models/step_plan.h"

#include <algorithm>

namespace outpost::models {
namespace {

// Of a block that is there to be taken by whoever is free: shorter ones would unpack the weights
// for too few rows.
constexpr std::uint32_t kSpareRowsMin = 24;

} // namespace

Block StepPlan::block(std::uint32_t index) const {
  const std::uint64_t units = (row_count + kRowsUnit - 1) / kRowsUnit;
  const auto edge = [&](std::uint64_t i) {
    const auto row = static_cast<std::uint32_t>(units * i / block_count * kRowsUnit);
    return std::min(row, row_count);
  };
  return {edge(index), edge(index + 1u)};
}

StepPlan plan_step(std::uint32_t row_count, unsigned worker_count, bool may_replicate,
                   bool is_shared) {
  StepPlan plan{.row_count = row_count};
  if (worker_count > 1 && row_count < shared_rows_max(worker_count)) {
    const bool replicated = may_replicate && row_count <= kReplicatedRowsMax;
    plan.sharing = replicated ? Sharing::kReplicated : Sharing::kPanels;
    return plan;
  }
  plan.sharing = Sharing::kBlocks;
  const std::uint32_t fewest = (row_count + kBlockRowsMax - 1) / kBlockRowsMax;
  plan.block_count = std::max(fewest, worker_count);
  // A server of many shares its cores with what brings the requests: two blocks a worker leave
  // something to go on with while another worker's core does something else. One prompt alone is
  // read faster in long blocks.
  if (is_shared && worker_count > 1)
    plan.block_count =
        std::max(plan.block_count, std::min(2 * worker_count, row_count / kSpareRowsMin));
  return plan;
}

} // namespace outpost::models
