#include <gtest/gtest.h>

#include "models/step_plan.h"

namespace outpost::models {
namespace {

TEST(StepPlan, BlocksCoverAllRowsOnce) {
  for (const unsigned workers : {1u, 2u, 3u, 8u}) {
    for (const std::uint32_t rows : {1u, 47u, 48u, 63u, 65u, 511u, 512u}) {
      const StepPlan plan = plan_step(rows, workers, true, false);
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

TEST(StepPlan, LeavesBlocksToWhoeverIsFree) {
  EXPECT_EQ(plan_step(106, 2, true, true).block_count, 4u);
  EXPECT_EQ(plan_step(106, 2, true, false).block_count, 2u); // one prompt
  EXPECT_EQ(plan_step(64, 2, true, true).block_count, 2u);   // none too short
  EXPECT_EQ(plan_step(106, 1, true, true).block_count, 2u);
  // The largest step has room for as many as any.
  for (const unsigned workers : {1u, 2u, 3u, 8u, 16u})
    for (std::uint32_t room = 1; room <= 512; ++room)
      for (std::uint32_t rows = 1; rows <= room; ++rows)
        ASSERT_LE(plan_step(rows, workers, true, true).block_count,
                  plan_step(room, workers, false, true).block_count)
            << rows << " of " << room << ", " << workers << " workers";
}

TEST(StepPlan, SharesMatricesWhenRowsAreFew) {
  EXPECT_EQ(plan_step(1, 2, true, false).sharing, Sharing::kReplicated);
  EXPECT_EQ(plan_step(1, 2, false, false).sharing, Sharing::kPanels);
  EXPECT_EQ(plan_step(16, 2, true, false).sharing, Sharing::kPanels);
  EXPECT_EQ(plan_step(1, 1, true, false).sharing, Sharing::kBlocks);
}

} // namespace
} // namespace outpost::models
