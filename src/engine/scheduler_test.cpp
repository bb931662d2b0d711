#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "engine/scheduler.h"

namespace outpost::engine {
namespace {

struct Planned {
  std::uint32_t total;
  std::vector<std::uint32_t> rows;
};

Planned plan(const std::vector<LaneView>& lanes, const StepLimits& limits = {},
             std::uint64_t turn = 0) {
  std::vector<std::uint32_t> rows(lanes.size(), 99);
  const std::uint32_t total = plan_step(lanes, limits, turn, rows);
  return {total, rows};
}

LaneView prompt_lane(ScopeId scope, std::uint32_t rows) { return {scope, rows, rows - 1, false}; }
LaneView answer_lane(ScopeId scope) { return {scope, 1, 0, true}; }

TEST(Scheduler, LaterClassesTakePartInEveryFourthStep) {
  using chat::WorkClass;
  int steps = 0;
  for (std::uint64_t turn = 0; turn < 100; ++turn) {
    EXPECT_TRUE(takes_part(WorkClass::kInteractive, WorkClass::kInteractive, turn));
    EXPECT_TRUE(takes_part(WorkClass::kBackground, WorkClass::kBackground, turn));
    steps += takes_part(WorkClass::kBatch, WorkClass::kInteractive, turn);
  }
  EXPECT_EQ(steps, 25);
}

TEST(Scheduler, AdmissionGoesByClassThenByWhatRuns) {
  using chat::WorkClass;
  const WaitingView waiting[] = {{1, 0, WorkClass::kBackground},
                                 {2, 3, WorkClass::kInteractive},
                                 {3, 1, WorkClass::kInteractive},
                                 {4, 0, WorkClass::kBatch}};
  EXPECT_EQ(choose_admission(waiting), 2u);
}

TEST(Scheduler, OnePromptFillsTheStep) {
  EXPECT_EQ(plan({prompt_lane(1, 2000)}).rows, std::vector<std::uint32_t>{512});
  EXPECT_EQ(plan({prompt_lane(1, 30)}).rows, std::vector<std::uint32_t>{30});
}

TEST(Scheduler, AnswersGoFirstAndBoundThePrompt) {
  const Planned planned = plan({prompt_lane(1, 2000), answer_lane(2), answer_lane(3)});
  EXPECT_EQ(planned.rows, (std::vector<std::uint32_t>{128, 1, 1}));
  EXPECT_EQ(planned.total, 130u);
}

TEST(Scheduler, ForcedTokensRideWithTheAnswer) {
  EXPECT_EQ(plan({{1, 7, 6, true}, prompt_lane(2, 3)}).rows, (std::vector<std::uint32_t>{7, 3}));
}

TEST(Scheduler, PrincipalsShareAStep) {
  // The first principal came first with three long prompts; the second still gets its part.
  const Planned planned = plan(
      {prompt_lane(1, 1000), prompt_lane(1, 1000), prompt_lane(1, 1000), prompt_lane(2, 1000)});
  EXPECT_EQ(planned.rows, (std::vector<std::uint32_t>{256, 0, 0, 256}));
}

TEST(Scheduler, FirstComeFirstServedWithinAPrincipal) {
  EXPECT_EQ(plan({prompt_lane(1, 500), prompt_lane(1, 500)}).rows,
            (std::vector<std::uint32_t>{500, 12}));
}

// Steps until the prompt of each lane is read, as many as 1,000.
std::vector<int> steps_to_read(std::vector<LaneView> lanes, const StepLimits& limits) {
  std::vector<int> steps(lanes.size(), 0);
  for (std::uint64_t turn = 0; turn < 1000; ++turn) {
    std::vector<LaneView> left;
    std::vector<std::size_t> index;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      if (lanes[i].pending_rows == 0) continue;
      left.push_back(lanes[i]);
      index.push_back(i);
    }
    if (left.empty()) break;
    const Planned planned = plan(left, limits, turn);
    for (std::size_t n = 0; n < left.size(); ++n) {
      LaneView& lane = lanes[index[n]];
      lane.pending_rows -= planned.rows[n];
      lane.rows_before_logits = lane.pending_rows == 0 ? 0 : lane.pending_rows - 1;
      ++steps[index[n]];
    }
  }
  return steps;
}

TEST(Scheduler, AShortPromptDoesNotWaitForALongOneOfItsPrincipal) {
  // It rides in the first step, however few rows that one may have.
  for (const std::uint32_t rows_max : {512u, 64u, 32u}) {
    const StepLimits limits{rows_max, 64, 128};
    EXPECT_EQ(steps_to_read({prompt_lane(1, 4000), prompt_lane(1, 16)}, limits)[1], 1) << rows_max;
  }
  EXPECT_EQ(plan({prompt_lane(1, 4000), prompt_lane(1, 700), prompt_lane(1, 20)}).rows,
            (std::vector<std::uint32_t>{256, 236, 20}));
  // Beside answers it finds its place in what is left for prompts.
  EXPECT_EQ(plan({prompt_lane(1, 4000), prompt_lane(1, 20), answer_lane(1)}).rows,
            (std::vector<std::uint32_t>{108, 20, 1}));
}

TEST(Scheduler, ALongPromptGoesOnBesideAnyNumberOfShortOnes) {
  // Short ones come for ever; the long one takes at most twice as many steps as alone.
  for (const StepLimits& limits : {StepLimits{512, 64, 128}, StepLimits{32, 64, 32}}) {
    const int alone = steps_to_read({prompt_lane(1, 2000)}, limits)[0];
    std::uint32_t left = 2000;
    int steps = 0;
    for (; left > 0 && steps < 1000; ++steps) {
      std::vector<LaneView> lanes(20, prompt_lane(1, 40));
      lanes[0] = prompt_lane(1, left);
      left -= plan(lanes, limits, static_cast<std::uint64_t>(steps)).rows[0];
    }
    EXPECT_LE(steps, 2 * alone);
    EXPECT_GT(steps, alone);
  }
}

TEST(Scheduler, WhatGoesWholeFindsRoomBesideShorterOnes) {
  std::vector<LaneView> lanes(20, {1, 60, 60, false, true});
  lanes[0] = {1, 512, 512, false, true};
  EXPECT_EQ(plan(lanes).rows[0], 512u);
}

TEST(Scheduler, LogitsRowsAreBounded) {
  // Scoring lanes want logits for all but their first rows.
  const Planned planned = plan({{1, 40, 10, false}, {1, 40, 0, false}, {1, 40, 40, false}});
  EXPECT_EQ(planned.rows, (std::vector<std::uint32_t>{40, 34, 40}));
}

TEST(Scheduler, NobodyStarvesWhenThereAreMoreThanFit) {
  const StepLimits limits{4, 4, 4};
  std::vector<LaneView> lanes(10, answer_lane(1));
  for (std::size_t i = 0; i < lanes.size(); ++i) lanes[i].scope = i + 1;
  std::vector<std::uint32_t> sum(lanes.size(), 0);
  for (std::uint64_t turn = 0; turn < 10; ++turn) {
    const Planned planned = plan(lanes, limits, turn);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += planned.rows[i];
  }
  for (const std::uint32_t s : sum) EXPECT_EQ(s, 4u);
}

TEST(Scheduler, AnyLoadKeepsTheLimitsAndMovesOn) {
  Random random(7);
  for (std::uint64_t round = 0; round < 5000; ++round) {
    const StepLimits limits{1 + random.next_below(600), 1 + random.next_below(64),
                            1 + random.next_below(200)};
    std::vector<LaneView> lanes(1 + random.next_below(20));
    for (LaneView& lane : lanes) {
      lane.scope = 1 + random.next_below(4);
      lane.is_answering = random.next_below(2) == 0;
      lane.pending_rows = 1 + random.next_below(lane.is_answering ? 5 : 400);
      lane.rows_before_logits = random.next_below(lane.pending_rows + 1);
    }
    const Planned planned = plan(lanes, limits, round);
    std::uint32_t logits = 0;
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      ASSERT_LE(planned.rows[i], lanes[i].pending_rows);
      if (planned.rows[i] > lanes[i].rows_before_logits) {
        logits += planned.rows[i] - lanes[i].rows_before_logits;
      }
    }
    ASSERT_EQ(planned.total, std::accumulate(planned.rows.begin(), planned.rows.end(), 0u));
    ASSERT_GT(planned.total, 0u);
    ASSERT_LE(planned.total, limits.rows_max);
    ASSERT_LE(logits, limits.logits_rows_max);
  }
}

TEST(Scheduler, AdmissionPrefersThePrincipalWithLeastRunning) {
  EXPECT_EQ(choose_admission(std::vector<WaitingView>{{1, 3}, {2, 1}, {3, 1}}), 1u);
  EXPECT_EQ(choose_admission(std::vector<WaitingView>{{1, 0}, {2, 0}}), 0u);
}

} // namespace
} // namespace outpost::engine
