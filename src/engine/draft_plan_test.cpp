#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "engine/draft_plan.h"

namespace outpost::engine {
namespace {

// A curve learnt from steps that take `per_row` more for each row behind the first `free_rows`.
StepCost curve(std::uint32_t free_rows, double per_row) {
  StepCost cost;
  for (int round = 0; round < 6; ++round) {
    for (std::uint32_t rows = 1; rows <= StepCost::kRowsMax; ++rows) {
      const double relative = rows <= free_rows ? 1 : 1 + per_row * (rows - free_rows);
      cost.learn(rows, std::chrono::nanoseconds(static_cast<std::int64_t>(1e6 * relative)));
    }
  }
  return cost;
}

constexpr std::array<float, 8> kSure = {.95f, .95f, .95f, .95f, .95f, .95f, .95f, .95f};
constexpr std::array<float, 8> kDoubtful = {.2f, .2f, .2f, .2f, .2f, .2f, .2f, .2f};

TEST(DraftPlan, TakesWhatIsSureAndCheap) {
  std::vector<DraftView> answers = {{kSure}};
  EXPECT_EQ(plan_drafts(answers, {1, 63}, curve(4, 0.05)), 8u);
  EXPECT_EQ(answers[0].width, 8u);
}

TEST(DraftPlan, LeavesWhatIsDoubtfulOrDear) {
  std::vector<DraftView> answers = {{kDoubtful}};
  EXPECT_EQ(plan_drafts(answers, {1, 63}, curve(1, 0.3)), 0u);
  answers = {{kSure}};
  EXPECT_EQ(plan_drafts(answers, {1, 63}, curve(1, 1.0)), 0u);
  EXPECT_EQ(answers[0].width, 0u);
}

TEST(DraftPlan, StopsWhereRowsBeginToCost) {
  std::vector<DraftView> answers = {{kSure}};
  EXPECT_EQ(plan_drafts(answers, {1, 63}, curve(4, 2.0)), 3u); // four rows in all are free
}

TEST(DraftPlan, StaysWithinTheRows) {
  std::vector<DraftView> answers = {{kSure}, {kSure}};
  EXPECT_EQ(plan_drafts(answers, {2, 5}, curve(16, 0.2)), 5u);
  EXPECT_EQ(plan_drafts(answers, {2, 0}, curve(16, 0.2)), 0u);
  EXPECT_EQ(answers[0].width + answers[1].width, 0u);
}

TEST(DraftPlan, TheLikeliestComesFirst) {
  std::vector<DraftView> answers = {{kDoubtful}, {kSure}};
  EXPECT_EQ(plan_drafts(answers, {2, 6}, curve(64, 0)), 6u);
  EXPECT_EQ(answers[0].width, 0u);
  EXPECT_EQ(answers[1].width, 6u);
}

TEST(DraftPlan, AnAnswerWithoutDraftsIsNotSlowedDown) {
  std::vector<DraftView> answers = {{kSure}, {}};
  // Ten tokens for two would be more in all, but the second would wait longer for its own.
  EXPECT_EQ(plan_drafts(answers, {2, 63}, curve(1, 0.2)), 0u);
  EXPECT_EQ(plan_drafts(answers, {2, 63}, curve(6, 0.2)), 4u);
}

TEST(DraftPlan, NoAnswersNoDrafts) { EXPECT_EQ(plan_drafts({}, {1, 63}, StepCost()), 0u); }

} // namespace
} // namespace outpost::engine
