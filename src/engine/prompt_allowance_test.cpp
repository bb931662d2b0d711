#include <gtest/gtest.h>

#include "engine/prompt_allowance.h"

namespace outpost::engine {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// Steps of a machine on which answers take `base` and each row of a prompt `row`.
void run(PromptAllowance& allowance, microseconds base, microseconds row, int steps = 200) {
  for (int i = 0; i < steps; ++i) {
    allowance.learn(allowance.rows(), base + row * allowance.rows());
  }
}

PromptAllowanceLimits limits() { return {.step_time = milliseconds(60)}; }

TEST(PromptAllowance, MeetsTheTimeFromBothSides) {
  PromptAllowance slow(limits());
  run(slow, milliseconds(20), microseconds(500)); // (60 - 20) / 0.5
  EXPECT_NEAR(slow.rows(), 80, 3);
  PromptAllowance fast(limits());
  run(fast, milliseconds(10), microseconds(200));
  EXPECT_NEAR(fast.rows(), 250, 5);
}

TEST(PromptAllowance, StaysWithinItsLimits) {
  PromptAllowance crawl(limits());
  run(crawl, milliseconds(100), milliseconds(20));
  EXPECT_EQ(crawl.rows(), 32u);
  PromptAllowance fly(limits());
  run(fly, microseconds(50), microseconds(1));
  EXPECT_EQ(fly.rows(), 512u);
}

TEST(PromptAllowance, ComesBackAfterABadMoment) {
  PromptAllowance allowance(limits());
  run(allowance, milliseconds(20), microseconds(300));
  const std::uint32_t before = allowance.rows();
  allowance.learn(before, std::chrono::seconds(5));
  EXPECT_GT(allowance.rows(), before / 2);
  run(allowance, milliseconds(20), microseconds(300), 40);
  EXPECT_NEAR(allowance.rows(), before, 4);
}

TEST(PromptAllowance, SmallPromptsWithinTheTimeTeachNothing) {
  PromptAllowance allowance(limits());
  for (int i = 0; i < 100; ++i) allowance.learn(10, milliseconds(15));
  EXPECT_EQ(allowance.rows(), 128u);
}

TEST(PromptAllowance, ManyAnswersDoNotStarvePrompts) {
  PromptAllowance crawl(limits());
  run(crawl, milliseconds(100), milliseconds(20));
  EXPECT_EQ(crawl.rows_beside(1), 32u);
  EXPECT_EQ(crawl.rows_beside(64), 128u);
  EXPECT_EQ(crawl.rows_beside(1000), 512u);
  EXPECT_EQ(PromptAllowance(limits()).rows_beside(16), 128u);
}

TEST(PromptAllowance, WithoutATimeNothingChanges) {
  PromptAllowance allowance({});
  run(allowance, milliseconds(100), milliseconds(20));
  EXPECT_EQ(allowance.rows(), 128u);
}

} // namespace
} // namespace outpost::engine
