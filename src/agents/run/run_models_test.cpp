// Runs of agents that have a larger model on this machine for steps that their own is not sure of.
#include <gtest/gtest.h>

#include "agents/agent.h"
#include "agents/testing/shop.h"
#include "agents/tools/sql_toolset.h"
#include "chat/fake_model.h"

namespace outpost::agents {
namespace {

constexpr const char* kUnclear = "the thing a-10001, hm";

class RunModelsTest : public ::testing::Test {
protected:
  void SetUp() override { open(0.9); }
  void open(double below) {
    AgentSpec spec = shop.spec();
    spec.larger_models = {{"large"}, below};
    tools = *SqlToolset::open(spec);
    AgentParts parts{small, *tools, log, clock, ++seed};
    parts.larger = {{"large", [this](const auto&) { return may_have; },
                     [this]() -> Result<AgentModel> { return AgentModel{&large, {}}; }}};
    agent = *Agent::open(std::move(spec), parts);
  }
  RunOutcome say(const std::string& request) {
    Session session;
    auto outcome = agent->run(session, request, {});
    EXPECT_TRUE(outcome) << outcome.error().message;
    return outcome ? *std::move(outcome) : RunOutcome();
  }
  std::vector<std::string> chosen(const std::string& run) {
    std::vector<std::string> bodies;
    const auto record = log.show(run);
    for (const StoredEvent& event : *record) {
      if (event.kind == "model_chosen") bodies.push_back(event.body);
    }
    return bodies;
  }
  void expect_same_again(const std::string& run) {
    const auto report = agent->replay(run);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->is_same && report->is_whole) << report->difference;
  }

  testing::Shop shop;
  std::uint64_t seed = 6;
  Status may_have;
  int asked_small = 0;
  int asked_large = 0;
  chat::FakeModel small{{}, [this](const auto&) { return ++asked_small, -5.0; }};
  // Finds that the note about orders makes any request likelier.
  chat::FakeModel large{{}, [this](const chat::ScoreItem& item) {
                          ++asked_large;
                          const bool is_of_orders =
                              item.prompt.text.find("Tells where an order") != std::string::npos;
                          return is_of_orders ? -1.0 : -20.0;
                        }};
  RunLog log = *RunLog::open_in_memory();
  FakeClock clock;
  std::unique_ptr<SqlToolset> tools;
  std::unique_ptr<Agent> agent;
};

TEST_F(RunModelsTest, WhatTheOwnModelIsSureOfStaysWithIt) {
  const RunOutcome outcome = say("Where is order A-10001?");
  EXPECT_EQ(outcome.text, "Order A-10001 is on its way.");
  EXPECT_EQ(asked_large, 0);
  EXPECT_TRUE(chosen(outcome.run_id).empty());
}

TEST_F(RunModelsTest, AStepThatIsNotSureIsDoneAgainWithTheLargerModel) {
  const RunOutcome alone = [&] {
    may_have = fail(ErrorCode::kResourceExhausted, "3 requests wait for it");
    return say(kUnclear);
  }();
  EXPECT_EQ(asked_large, 0);
  ASSERT_EQ(chosen(alone.run_id).size(), 1u);
  EXPECT_NE(chosen(alone.run_id)[0].find(R"("kept":"3 requests wait for it")"), std::string::npos);
  expect_same_again(alone.run_id);

  may_have = {};
  const RunOutcome outcome = say(kUnclear);
  EXPECT_EQ(outcome.text, "Order A-10001 is on its way.");
  EXPECT_GT(asked_large, 0);
  // Both models' tokens are the run's.
  EXPECT_EQ(outcome.usage.tokens, 2 * alone.usage.tokens);
  ASSERT_EQ(chosen(outcome.run_id).size(), 1u);
  EXPECT_NE(chosen(outcome.run_id)[0].find(R"("model":"large")"), std::string::npos);
  EXPECT_EQ(chosen(outcome.run_id)[0].find("kept"), std::string::npos);
}

TEST_F(RunModelsTest, GoingThroughARunAgainAsksNeitherModel) {
  const RunOutcome outcome = say(kUnclear);
  const int before = asked_small + asked_large;
  may_have = fail(ErrorCode::kResourceExhausted, "the power mode is low"); // now, not then
  expect_same_again(outcome.run_id);
  EXPECT_EQ(asked_small + asked_large, before);
}

TEST_F(RunModelsTest, AThresholdOfZeroLeavesTheLargerModelAlone) {
  open(0);
  EXPECT_TRUE(chosen(say(kUnclear).run_id).empty());
}

} // namespace
} // namespace outpost::agents
