#include "models/step_plan.h"

#include <algorithm>
#include <cmath>

namespace outpost::models {
namespace {

constexpr double kRounding = 1e-9; // shares are sums of numbers that are not exact

} // namespace

// Blocks come in rounds, one block a worker in each, as large as its share.
Block StepPlan::block(std::uint32_t index) const {
  if (sharing != Sharing::kBlocks) return {0, row_count};
  const std::uint32_t tiles = (row_count + kTileRows - 1) / kTileRows;
  const unsigned workers = shares->count();
  const std::uint32_t rounds = block_count / workers;
  const auto edge = [&](std::uint32_t i) {
    const std::uint32_t round = i / workers;
    const unsigned place = i % workers;
    const double before =
        round % 2 == 0 ? shares->before(place) : 1 - shares->before(workers - place);
    const auto tile = static_cast<std::uint32_t>(tiles * (round + before) / rounds + kRounding);
    return std::min(tile * kTileRows, row_count);
  };
  return {edge(index), edge(index + 1)};
}

bool StepPlan::is_dealt_to(std::uint32_t index, unsigned worker) const {
  const std::uint32_t workers = shares->count();
  const std::uint32_t place = index % (2 * workers);
  return worker == (place < workers ? place : 2 * workers - 1 - place);
}

double StepPlan::part_of(unsigned worker) const {
  if (sharing != Sharing::kBlocks) return shares->before(worker + 1) - shares->before(worker);
  std::uint32_t rows = 0;
  for (std::uint32_t i = 0; i < block_count; ++i) {
    if (is_dealt_to(i, worker)) rows += block(i).size();
  }
  return static_cast<double>(rows) / row_count;
}

StepPlan plan_step(std::uint32_t row_count, const platform::Shares& shares, bool may_replicate) {
  StepPlan plan{.row_count = row_count, .shares = &shares};
  const unsigned workers = shares.count();
  if (workers > 1 && row_count < shared_rows_max(workers)) {
    const bool replicated = may_replicate && row_count <= kReplicatedRowsMax;
    plan.sharing = replicated ? Sharing::kReplicated : Sharing::kPanels;
    return plan;
  }
  plan.sharing = Sharing::kBlocks;
  constexpr std::uint32_t kBlockTilesMax = kBlockRowsMax / kTileRows;
  const std::uint32_t tiles = (row_count + kTileRows - 1) / kTileRows;
  const double rounds = std::ceil(tiles * shares.largest() / kBlockTilesMax - kRounding);
  plan.block_count = static_cast<std::uint32_t>(rounds) * workers;
  return plan;
}

} // namespace outpost::models
