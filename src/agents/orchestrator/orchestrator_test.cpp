#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "agents/orchestrator/orchestrator.h"

namespace outpost::agents {
namespace {

// Says its name and the request, and remembers what it was given.
class Echo final : public Runner {
public:
  Echo(std::string name, std::function<void(Session&)> on_run)
      : name_(std::move(name)), on_run_(std::move(on_run)) {}
  Result<RunOutcome> run(Session& session, const std::string& request, const RunOptions&) override {
    if (on_run_) on_run_(session);
    RunOutcome outcome;
    outcome.text = name_ + ": " + request;
    outcome.usage.tokens = 10;
    session.add({.request = request, .answer = outcome.text});
    return outcome;
  }

private:
  std::string name_;
  std::function<void(Session&)> on_run_;
};

constexpr const char* kTeam = R"yaml(
name: shop
orchestrator:
  nobody: We can't.
  agents:
    - name: orders
      file: orders.yaml
      description: where orders are
      examples: ["Where is my order?", "When will my parcel arrive?", "Cancel my order"]
      concurrency: 1
      stand_ins: [returns, weather]
    - {name: weather, file: w.yaml, description: the weather in a city,
       examples: ["What's the weather in Oslo?", "Will it rain tomorrow?", "How cold is it in Rome?"]}
    - {name: returns, file: r.yaml, description: "sending things back, refunds", concurrency: 2,
       examples: ["I want my money back", "Return these shoes", "The vase is broken"]}
)yaml";

struct OrchestratorTest : testing::Test {
  std::function<void(Session&)> on_run; // of any agent
  std::vector<AgentPool*> pools;

  std::unique_ptr<Orchestrator> open(const std::string& text = kTeam) {
    TeamSpec team = *parse_team(text, "team.yaml", "/team");
    std::vector<std::unique_ptr<AgentPool>> made;
    for (const TeamMemberSpec& member : team.members) {
      made.push_back(std::make_unique<AgentPool>(
          [this, name = member.route.name]() -> Result<std::unique_ptr<Runner>> {
            return std::make_unique<Echo>(name, on_run);
          },
          member.concurrency.value_or(AgentPool::kConcurrencyDefault)));
      pools.push_back(made.back().get());
    }
    return std::make_unique<Orchestrator>(std::move(team), std::move(made), nullptr);
  }
  static std::string say(Orchestrator& team, Session& session, const std::string& request) {
    return team.run(session, request, {})->text;
  }
};

TEST_F(OrchestratorTest, HandsTheConversationOverAndBack) {
  const auto team = open();
  Session session;
  EXPECT_EQ(say(*team, session, "where is my order"), "orders: where is my order");
  EXPECT_EQ(say(*team, session, "will it rain in Oslo tomorrow"),
            "weather: will it rain in Oslo tomorrow");
  EXPECT_EQ(say(*team, session, "and Boston?"), "weather: and Boston?");
  ASSERT_EQ(session.turns.size(), 3U);
  EXPECT_EQ(session.turns[0].agent, "orders");
  EXPECT_EQ(session.turns[2].agent, "weather");
}

TEST_F(OrchestratorTest, AQuestionKeepsTheAgentThatAskedIt) {
  const auto team = open();
  Session session;
  say(*team, session, "return these shoes");
  session.pending.emplace();
  EXPECT_EQ(say(*team, session, "where is my order"), "returns: where is my order");
}

TEST_F(OrchestratorTest, NobodyIsSaidOrTheFallbackTakesIt) {
  Session session;
  EXPECT_EQ(say(*open(), session, "sing a song"), "We can't.");
  EXPECT_EQ(session.turns.back().answer, "We can't.");
  std::string with_fallback = kTeam;
  with_fallback.replace(with_fallback.find("  nobody: We can't."), 19, "  fallback: returns");
  EXPECT_EQ(say(*open(with_fallback), session, "sing a song"), "returns: sing a song");
}

TEST_F(OrchestratorTest, PartsForSeveralGoToEach) {
  const auto team = open();
  Session session;
  const auto outcome = team->run(session, "Where is my order? Will it rain tomorrow?", {});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->text, "orders: Where is my order?\nweather: Will it rain tomorrow?");
  EXPECT_EQ(outcome->usage.tokens, 20U);
  EXPECT_EQ(session.turns.size(), 2U);
}

TEST_F(OrchestratorTest, AFullAgentsWorkGoesToTheLeastLoadedStandIn) {
  const auto team = open();
  std::vector<std::string> said;
  int depth = 0;
  // Each request is made while the ones before are at work.
  on_run = [&](Session&) {
    if (++depth > 4) return;
    Session session;
    const auto outcome = team->run(session, "where is my order", {});
    said.push_back(outcome ? outcome->text.substr(0, 7)
                           : std::string(to_string(outcome.error().code)));
  };
  Session session;
  EXPECT_EQ(say(*team, session, "where is my order"), "orders: where is my order");
  // Outermost last: weather (limit 10), then returns (limit 2, none at work), then weather again,
  // which has one of ten at work where returns has one of two.
  EXPECT_EQ(said, (std::vector<std::string>{"weather", "weather", "returns", "weather"}));
}

TEST_F(OrchestratorTest, WhenAllAreFullTheRequestIsRefused) {
  std::string alone = kTeam;
  alone.replace(alone.find("      stand_ins: [returns, weather]\n"), 36, "");
  const auto team = open(alone);
  ErrorCode code{};
  on_run = [&](Session&) {
    Session session;
    const auto outcome = team->run(session, "where is my order", {});
    if (!outcome) code = outcome.error().code;
  };
  Session session;
  say(*team, session, "where is my order");
  EXPECT_EQ(code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(pools[0]->load(), 0);
}

TEST(AgentPool, NeverLetsMoreInThanItsLimit) {
  std::atomic<int> inside{0}, most{0}, done{0}, refused{0}, opened{0};
  AgentPool pool(
      [&]() -> Result<std::unique_ptr<Runner>> {
        ++opened;
        return std::make_unique<Echo>("a", [&](Session&) {
          const int now = ++inside;
          int seen = most;
          while (now > seen && !most.compare_exchange_weak(seen, now)) {
          }
          std::this_thread::yield();
          --inside;
        });
      },
      3);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 50; ++j) {
        Session session;
        ++(pool.run(session, "x", {}) ? done : refused);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(most, 3);
  EXPECT_LE(opened, 3);
  EXPECT_EQ(done + refused, 400);
  EXPECT_GE(done, 50);
}

TEST(AgentPool, AnAgentThatDoesNotOpenTakesNoRoom) {
  AgentPool pool([]() -> Result<std::unique_ptr<Runner>> { return fail(ErrorCode::kIo, "no"); }, 1);
  Session session;
  EXPECT_EQ(pool.run(session, "x", {}).error().code, ErrorCode::kIo);
  EXPECT_EQ(pool.run(session, "x", {}).error().code, ErrorCode::kIo);
}

TEST(TeamSpec, MistakesAreNamed) {
  const auto message = [](const std::string& agents, const std::string& rest = "") {
    const auto team =
        parse_team("name: t\norchestrator:\n  agents: " + agents + "\n" + rest, "t.yaml", "/");
    return team ? std::string() : team.error().message;
  };
  EXPECT_EQ(message("[{name: a, file: a.yaml, description: x}]"), "");
  EXPECT_NE(message("[]"), "");
  EXPECT_NE(message("[{name: a, file: a.yaml}]"), "");
  EXPECT_NE(message("[{name: a, file: f, description: x}, {name: a, file: f, description: x}]"),
            "");
  EXPECT_NE(message("[{name: a, file: f, description: x, stand_ins: [b]}]"), "");
  EXPECT_NE(message("[{name: a, file: f, description: x, stand_ins: [a]}]"), "");
  EXPECT_NE(message("[{name: a, file: f, description: x}]", "  fallback: b\n"), "");
}

} // namespace
} // namespace outpost::agents
