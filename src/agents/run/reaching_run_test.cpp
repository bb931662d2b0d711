// Runs that take in more than their model and tools: a larger model's word, a memory, labels.
#include <gtest/gtest.h>

#include "agents/agent.h"
#include "agents/escalation/fake_escalation.h"
#include "agents/memory/conversation.h"
#include "agents/memory/sqlite_memory.h"
#include "agents/testing/shop.h"
#include "agents/tools/policy/policy_toolsets.h"
#include "agents/tools/sql_toolset.h"
#include "chat/fake_model.h"

namespace outpost::agents {
namespace {

EscalatedAnswer suggests(const std::string& tool, boost::json::object arguments) {
  EscalatedAnswer answer;
  answer.call = {tool, std::move(arguments)};
  answer.usage = {"cloud", 100, 20, std::chrono::milliseconds(5), {3000}};
  return answer;
}

class ReachingRunTest : public ::testing::Test {
protected:
  void open(std::deque<EscalatedAnswer> answers, double below = 0.9) {
    larger.emplace(below, std::move(answers));
    reopen(shop.spec());
  }
  void reopen(AgentSpec spec) {
    tools = *SqlToolset::open(spec);
    AgentParts parts{model, *tools, log, clock, ++seed};
    parts.escalation = larger ? &*larger : nullptr;
    parts.memory = memory.get();
    parts.use_likelihood = false;
    agent = *Agent::open(std::move(spec), parts);
  }
  RunOutcome say(const std::string& request) {
    auto outcome = agent->run(session, request, {});
    EXPECT_TRUE(outcome) << outcome.error().message;
    return outcome ? *std::move(outcome) : RunOutcome();
  }
  // The bodies of a run's events of one kind.
  [[nodiscard]] std::vector<std::string> events(const std::string& run, const char* kind) {
    std::vector<std::string> bodies;
    const auto record = log.show(run);
    for (const StoredEvent& event : *record) {
      if (event.kind == kind) bodies.push_back(event.body);
    }
    return bodies;
  }
  void expect_same_again(const std::string& run) {
    const auto report = agent->replay(run);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->is_same) << report->difference;
    EXPECT_TRUE(report->is_whole);
  }

  testing::Shop shop;
  std::uint64_t seed = 6; // ids of runs differ from one agent to the next
  chat::FakeModel model{{}, [](const auto&) { return -5.0; }};
  RunLog log = *RunLog::open_in_memory();
  FakeClock clock;
  std::unique_ptr<Memory> memory;
  std::optional<FakeEscalation> larger;
  std::unique_ptr<SqlToolset> tools;
  std::unique_ptr<Agent> agent;
  Session session;
};

constexpr double kAlways = 2; // no step is sure enough
constexpr const char* kHard = "the thing a-10001, hm";

TEST_F(ReachingRunTest, ReadsAtOnceWhatStandsInTheRequest) {
  open({suggests("order_status", {{"order_id", "A-10001"}})});
  const RunOutcome outcome = say(kHard);
  EXPECT_EQ(outcome.text, "Order A-10001 is on its way.");
  EXPECT_EQ(outcome.usage.money, (Money{3000}));
  ASSERT_EQ(larger->asked.size(), 1U);
  EXPECT_EQ(larger->asked[0].request.text, kHard);
  EXPECT_LE(larger->asked[0].tools.size(), 5U);
  const auto escalated = events(outcome.run_id, "escalated");
  ASSERT_EQ(escalated.size(), 1U);
  EXPECT_NE(escalated[0].find(R"("cost_billionths":3000)"), std::string::npos) << escalated[0];
  expect_same_again(outcome.run_id);
  EXPECT_EQ(larger->asked.size(), 1U); // nobody was asked again
}

TEST_F(ReachingRunTest, AsksTheUserBeforeAnythingElseIsDone) {
  open({suggests("cancel_order", {{"order_id", "A-10002"}}),
        suggests("order_status", {{"order_id", "A-10001"}})},
       kAlways);
  const RunOutcome changes = say("away with a-10002");
  EXPECT_EQ(changes.kind, AnswerKind::kQuestion);
  EXPECT_EQ(changes.text, "Do you mean: cancel order (order_id A-10002)? Yes or no.");
  EXPECT_TRUE(events(changes.run_id, "call_started").empty());
  EXPECT_EQ(say("yes").text, "Order A-10002 is cancelled.");
  const RunOutcome made_up = say("the thing");
  EXPECT_EQ(made_up.kind, AnswerKind::kQuestion);
  expect_same_again(made_up.run_id);
}

TEST_F(ReachingRunTest, KeepsItsOwnOutcomeWhereNothingBetterComes) {
  open({suggests("delete_all", {}), suggests("order_status", {{"other", "A-10001"}}),
        suggests("order_status", {{"order_id", 7}}), EscalatedAnswer{}},
       kAlways);
  for (int i = 0; i < 5; ++i) { // the fifth time nobody is there
    const RunOutcome outcome = say("sing a song of seven");
    EXPECT_EQ(outcome.kind, AnswerKind::kNoTool) << i;
    EXPECT_EQ(events(outcome.run_id, "escalated").size(), 1U);
    expect_same_again(outcome.run_id);
  }
  EXPECT_EQ(larger->asked.size(), 4U);
}

TEST_F(ReachingRunTest, WhatIsSureEnoughGoesNowhere) {
  open({suggests("price", {})}, 0.0);
  const RunOutcome outcome = say("Where is my order A-10001?");
  EXPECT_TRUE(larger->asked.empty());
  EXPECT_TRUE(events(outcome.run_id, "escalated").empty());
  open({suggests("price", {})}, kAlways); // a tool that is as good as sure
  EXPECT_EQ(say("Where is my order A-10001?").text, "Order A-10001 is on its way.");
  EXPECT_TRUE(larger->asked.empty());
}

TEST_F(ReachingRunTest, AFactFromEarlierFillsASlotThatOnlyReads) {
  memory = *SqliteMemory::open_in_memory();
  MemoryFact fact;
  fact.subject = "user";
  fact.relation = "waits for the order";
  fact.value = "A-10001";
  fact.label = chat::user_label();
  ASSERT_TRUE(memory->remember(MemoryScope{{"local"}, "shop"}, fact));
  reopen(shop.spec());
  const RunOutcome outcome = say("Has my parcel been shipped?");
  EXPECT_EQ(outcome.text, "Order A-10001 is on its way.");
  ASSERT_EQ(events(outcome.run_id, "recalled").size(), 1U);
  const auto filled = events(outcome.run_id, "arguments_filled");
  ASSERT_EQ(filled.size(), 1U);
  EXPECT_NE(filled[0].find("fact "), std::string::npos) << filled[0];
  // Whatever is forgotten since, the run is the same.
  ASSERT_TRUE(memory->forget({{"local"}, {}, {}, {}, {}}));
  expect_same_again(outcome.run_id);
  session = {};
  ASSERT_TRUE(memory->remember(MemoryScope{{"local"}, "shop"}, fact));
  EXPECT_EQ(say("Please cancel my order").kind, AnswerKind::kQuestion); // never by memory alone
}

TEST_F(ReachingRunTest, ANewSessionGoesOnWhereTheLastOneWas) {
  memory = *SqliteMemory::open_in_memory();
  reopen(shop.spec());
  EXPECT_EQ(say("Where is my order A-10001?").text, "Order A-10001 is on its way.");
  session = {};
  const RunOutcome outcome = say("and a10002?");
  EXPECT_EQ(outcome.text, "Order A-10002 is placed.");
  expect_same_again(outcome.run_id);
  for (const auto& [hours, tool] : {std::pair(0, "order_status"), std::pair(2, "")}) {
    clock.advance(std::chrono::hours(hours));
    Session later;
    ASSERT_TRUE(recall_values(*memory, {{"local"}, "shop"}, clock.wall_ms(), later));
    ASSERT_EQ(later.turns.size(), 1U);
    EXPECT_EQ(later.turns[0].tool, tool) << hours << " hours later";
  }
}

TEST_F(ReachingRunTest, WhatIsLocalOnlyIsOfferedToNobodyElsewhere) {
  AgentSpec spec = shop.spec();
  spec.local_only.values = {"order_id"};
  larger.emplace(0.9, std::deque<EscalatedAnswer>{});
  reopen(std::move(spec));
  say("Where is my order A-10001?");
  say(kHard);
  // The labels say so, wherever the text stands.
  ASSERT_FALSE(session.turns.empty());
  EXPECT_EQ(session.turns.back().label.confidentiality, chat::Confidentiality::kLocalOnly);
}

TEST_F(ReachingRunTest, EgressRefusesByLabelWhateverItLooksLike) {
  const AgentSpec spec = shop.spec();
  auto inner = *SqlToolset::open(spec);
  LocalOnlyToolset marked(*inner, {"order_status"});
  const Call call{"c", "order_status", {{"order_id", "A-10001"}}};
  const auto result = marked.call(call, {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->label.confidentiality, chat::Confidentiality::kLocalOnly);
  EgressToolset egress(*SqlToolset::open(spec));
  EXPECT_TRUE(egress.call(call, {}));
  CallContext context;
  context.label = result->label;
  const auto refused = egress.call(call, context);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
}

} // namespace
} // namespace outpost::agents
