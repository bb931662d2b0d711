#include <chrono>
#include <vector>

#include <gtest/gtest.h>

#include "models/step_plan.h"

namespace outpost::models {
namespace {

TEST(StepPlan, BlocksCoverAllRowsOnceAndEachHasOneWorker) {
  for (const unsigned workers : {1u, 2u, 3u, 8u}) {
    platform::Shares shares(workers);
    for (const std::uint32_t rows : {1u, 47u, 48u, 63u, 65u, 511u, 512u}) {
      const StepPlan plan = plan_step(rows, shares, true);
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
      // The first worker has a core to itself, the others do not.
      const std::vector<double> done(workers, 1.0 / workers);
      std::vector<std::chrono::nanoseconds> waited(workers, std::chrono::nanoseconds(0));
      waited[0] = std::chrono::nanoseconds(400);
      shares.learn(done, waited, std::chrono::nanoseconds(1000));
    }
  }
}

TEST(StepPlan, DealsLateBlocksAsOftenAsEarlyOnes) {
  const platform::Shares shares(2);
  const StepPlan plan = plan_step(512, shares, true);
  ASSERT_EQ(plan.block_count % 2, 0u);
  std::uint32_t sums[2] = {};
  for (std::uint32_t i = 0; i < plan.block_count; ++i) sums[plan.is_dealt_to(i, 0) ? 0 : 1] += i;
  EXPECT_LE(std::max(sums[0], sums[1]) - std::min(sums[0], sums[1]), 1u);
}

TEST(StepPlan, SharesMatricesWhenRowsAreFew) {
  const platform::Shares two(2), one(1);
  EXPECT_EQ(plan_step(1, two, true).sharing, Sharing::kReplicated);
  EXPECT_EQ(plan_step(1, two, false).sharing, Sharing::kPanels);
  EXPECT_EQ(plan_step(16, two, true).sharing, Sharing::kPanels);
  EXPECT_EQ(plan_step(1, one, true).sharing, Sharing::kBlocks);
  EXPECT_EQ(plan_step(16, two, true).block(0).size(), 16u);
}

} // namespace
} // namespace outpost::models
