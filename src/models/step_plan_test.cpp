#include <gtest/gtest.h>

#include "models/step_plan.h"

namespace outpost::models {
namespace {

TEST(StepPlan, BlocksCoverAllRowsOnce) {
  for (const unsigned workers : {1u, 2u, 3u, 8u}) {
    for (const std::uint32_t rows : {1u, 47u, 48u, 63u, 65u, 511u, 512u}) {
      const StepPlan plan = plan_step(rows, workers, true);
      if (plan.sharing != Sharing::kBlocks) continue;
      std::uint32_t next = 0;
      for (std::uint32_t i = 0; i < plan.block_count; ++i) {
        const Block block = plan.block(i);
        EXPECT_EQ(block.begin, next);
        EXPECT_LE(block.size(), kBlockRowsMax);
        if (i + 1 < plan.block_count) {
          EXPECT_GE(block.size(), kernels::kPageTokens);
        }
        next = block.end;
      }
      EXPECT_GE(plan.block_count, workers);
      EXPECT_EQ(next, rows);
    }
  }
}

TEST(StepPlan, SharesMatricesWhenRowsAreFew) {
  EXPECT_EQ(plan_step(1, 2, true).sharing, Sharing::kReplicated);
  EXPECT_EQ(plan_step(1, 2, false).sharing, Sharing::kPanels);
  EXPECT_EQ(plan_step(16, 2, true).sharing, Sharing::kPanels);
  EXPECT_EQ(plan_step(1, 1, true).sharing, Sharing::kBlocks);
}

} // namespace
} // namespace outpost::models
