#include <gtest/gtest.h>

#include "models/step_plan.h"

namespace outpost::models {
namespace {

TEST(StepPlan, BlocksCoverAllRowsOnceAndEachHasOneWorker) {
  for (const unsigned workers : {1u, 2u, 3u, 8u}) {
    for (const std::uint32_t rows : {1u, 47u, 48u, 63u, 65u, 511u, 512u}) {
      const StepPlan plan = plan_step(rows, workers, true);
      if (plan.sharing != Sharing::kBlocks) continue;
      std::uint32_t next = 0;
      for (std::uint32_t i = 0; i < plan.block_count; ++i) {
        const Block block = plan.block(i);
        EXPECT_EQ(block.begin, next);
        EXPECT_LE(block.size(), kBlockRowsMax);
        next = block.end;
        unsigned owners = 0;
        for (unsigned w = 0; w < workers; ++w) owners += plan.is_dealt_to(i, w) ? 1 : 0;
        EXPECT_EQ(owners, 1u);
      }
      EXPECT_EQ(next, rows);
    }
  }
}

TEST(StepPlan, DealsLateBlocksAsOftenAsEarlyOnes) {
  const StepPlan plan = plan_step(512, 2, true);
  ASSERT_EQ(plan.block_count % 2, 0u);
  std::uint32_t sums[2] = {};
  for (std::uint32_t i = 0; i < plan.block_count; ++i) sums[plan.is_dealt_to(i, 0) ? 0 : 1] += i;
  EXPECT_LE(std::max(sums[0], sums[1]) - std::min(sums[0], sums[1]), 1u);
}

TEST(StepPlan, SharesMatricesWhenRowsAreFew) {
  EXPECT_EQ(plan_step(1, 2, true).sharing, Sharing::kReplicated);
  EXPECT_EQ(plan_step(1, 2, false).sharing, Sharing::kPanels);
  EXPECT_EQ(plan_step(16, 2, true).sharing, Sharing::kPanels);
  EXPECT_EQ(plan_step(1, 1, true).sharing, Sharing::kBlocks);
}

} // namespace
} // namespace outpost::models
