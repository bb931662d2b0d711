#include <gtest/gtest.h>

#include "base/random.h"
#include "engine/step_cost.h"

namespace outpost::engine {
namespace {

using std::chrono::nanoseconds;

// A machine where rows are free up to 4 and cost a third of a step each from there on.
nanoseconds duration_of(std::uint32_t rows, double factor = 1) {
  const double relative = rows <= 4 ? 1 : 1 + (rows - 4) / 3.0;
  return nanoseconds(static_cast<std::int64_t>(1e6 * factor * relative));
}

StepCost learnt(double factor = 1) {
  StepCost cost;
  for (int round = 0; round < 8; ++round) {
    for (const std::uint32_t rows : {1u, 2u, 4u, 10u, 16u}) {
      cost.learn(rows, duration_of(rows, factor));
    }
  }
  return cost;
}

TEST(StepCost, GrowsWithTheRowsBeforeAnythingIsKnown) {
  const StepCost cost;
  EXPECT_EQ(cost.relative(1), 1);
  for (std::uint32_t rows = 2; rows < 200; ++rows) {
    EXPECT_GT(cost.relative(rows), cost.relative(rows - 1));
  }
}

TEST(StepCost, LearnsTheCurveAndWhatLiesBetween) {
  const StepCost cost = learnt();
  EXPECT_NEAR(cost.relative(2), 1, 0.01);
  EXPECT_NEAR(cost.relative(4), 1, 0.01);
  EXPECT_NEAR(cost.relative(10), 3, 0.05);
  EXPECT_NEAR(cost.relative(7), 2, 0.05); // between 4 and 10
  EXPECT_NEAR(cost.relative(16), 5, 0.05);
  EXPECT_GT(cost.relative(32), 9); // beyond what was seen
}

TEST(StepCost, TheShapeHoldsWhenTheWholeMachineSlowsDown) {
  StepCost cost = learnt();
  // A longer context: only steps of 10 rows run for a while, each twice as long as before.
  for (int i = 0; i < 200; ++i) cost.learn(10, duration_of(10, 2));
  EXPECT_NEAR(cost.relative(10), 3, 0.7);
  cost.learn(16, duration_of(16, 2));
  EXPECT_NEAR(cost.relative(16), 5, 0.8);
}

TEST(StepCost, ADisturbedStepChangesLittle) {
  StepCost cost = learnt();
  cost.learn(10, duration_of(10, 1000)); // the process was stopped for a second
  EXPECT_NEAR(cost.relative(10), 3, 0.4);
  EXPECT_NEAR(cost.relative(4), 1, 0.1);
}

TEST(StepCost, WhatWasSeenLongAgoIsTriedAgain) {
  StepCost cost = learnt();
  cost.learn(12, duration_of(12, 1000)); // never seen before, so believed, within reason
  EXPECT_LE(cost.relative(12), 12);
  EXPECT_GT(cost.relative(12), 6);
  for (int i = 0; i < 2100; ++i) {
    for (const std::uint32_t rows : {1u, 10u, 16u}) cost.learn(rows, duration_of(rows));
  }
  EXPECT_NEAR(cost.relative(12), 3.67, 0.2);
}

TEST(StepCost, NoiseDoesNotDriveItAway) {
  StepCost cost;
  Random random(1);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint32_t rows = 1 + random.next_below(20);
    cost.learn(rows, duration_of(rows, 0.7 + 0.6 * random.next_double()));
  }
  for (std::uint32_t rows = 1; rows <= 20; ++rows) {
    const double expected = rows <= 4 ? 1 : 1 + (rows - 4) / 3.0;
    EXPECT_NEAR(cost.relative(rows), expected, 0.2 * expected) << rows;
  }
}

} // namespace
} // namespace outpost::engine
