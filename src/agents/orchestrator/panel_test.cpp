#include <gtest/gtest.h>

#include "agents/orchestrator/orchestrator.h"
#include "agents/orchestrator/panel.h"
#include "chat/fake_model.h"

namespace outpost::agents {
namespace {

// Says what it was made with.
class Speaker final : public Runner {
public:
  Speaker(std::string text, AnswerKind kind) : text_(std::move(text)), kind_(kind) {}
  Result<RunOutcome> run(Session& session, const std::string& request,
                         const RunOptions& options) override {
    if (text_.empty()) return fail(ErrorCode::kResourceExhausted, "no room");
    RunOutcome outcome;
    outcome.text = text_;
    outcome.kind = kind_;
    outcome.usage.tokens = 10;
    outcome.usage.steps = 1;
    session.add({.request = request, .answer = text_});
    if (options.observer) options.observer({});
    return outcome;
  }

private:
  std::string text_;
  AnswerKind kind_;
};

struct PanelTest : testing::Test {
  void add(const std::string& text, AnswerKind kind = AnswerKind::kStatement) {
    pools.push_back(std::make_unique<AgentPool>(
        [=]() -> Result<std::unique_ptr<Runner>> { return std::make_unique<Speaker>(text, kind); },
        2));
    panel.push_back(pools.back().get());
  }
  std::string chosen(chat::ChatModel* model) {
    const auto outcome = ask_panel(panel, model, session, "how long is the warranty", options);
    return outcome ? outcome->outcome.text : "error: " + outcome.error().message;
  }
  std::vector<std::unique_ptr<AgentPool>> pools;
  std::vector<AgentPool*> panel;
  Session session;
  RunOptions options;
};

// What the request makes likelier wins, not what is likely anyhow.
chat::FakeModel weighing() {
  return chat::FakeModel({}, [](const chat::ScoreItem& item) {
    const bool asked = item.prompt.text.find("ow long") != std::string::npos;
    if (item.continuation == " Two years.") return asked ? -4.0 : -20.0;
    return item.continuation == " Hello there." ? -2.0 : -9.0;
  });
}

TEST_F(PanelTest, TheAnswerThatTheRequestMakesLikelierIsGiven) {
  add("Hello there.");
  add("Two years.");
  add("We have no book.");
  session.add({.request = "before", .answer = "yes"});
  chat::FakeModel model = weighing();
  int events = 0;
  options.observer = [&](const RunEvent&) { ++events; };
  const auto outcome = ask_panel(panel, &model, session, "how long is the warranty", options);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->outcome.text, "Two years.");
  EXPECT_EQ(outcome->member, 1u);
  EXPECT_EQ(outcome->outcome.usage.tokens, 30u);
  EXPECT_EQ(outcome->outcome.usage.steps, 3u);
  EXPECT_EQ(events, 3);
  ASSERT_EQ(session.turns.size(), 2u); // of the three forks the chosen one goes on
  EXPECT_EQ(session.turns.back().answer, "Two years.");
}

TEST_F(PanelTest, WhatIsKnownComesBeforeWhatIsAsked) {
  add("Which one?", AnswerKind::kQuestion);
  add("I can't.", AnswerKind::kNoTool);
  add("", AnswerKind::kStatement); // has no room
  EXPECT_EQ(chosen(nullptr), "Which one?");
  add("Hello there.", AnswerKind::kReply);
  EXPECT_EQ(chosen(nullptr), "Hello there.");
  add("We have no book.");
  add("Two years.");
  EXPECT_EQ(chosen(nullptr), "We have no book."); // without a model the first
  chat::FakeModel model = weighing();
  EXPECT_EQ(chosen(&model), "Two years.");
}

TEST_F(PanelTest, NobodyWithRoomIsAnError) {
  add("");
  add("");
  EXPECT_EQ(chosen(nullptr), "error: no room");
}

constexpr const char* kPanelTeam = R"yaml(
name: desk
orchestrator:
  agents:
    - {name: manual, file: m.yaml, description: the manual, examples: ["How long is the warranty?"]}
    - {name: notes, file: n.yaml, description: notes, examples: ["What did we note about it?"]}
    - {name: orders, file: o.yaml, description: orders, examples: ["Where is my order?"]}
  panel: [manual, notes]
)yaml";

TEST_F(PanelTest, ATeamAsksItsPanelAndNobodyElse) {
  add("Hello there.");
  add("Two years.");
  add("On its way.");
  chat::FakeModel model = weighing();
  const auto team = parse_team(kPanelTeam, "team.yaml", "/team");
  ASSERT_TRUE(team) << team.error().message;
  Orchestrator desk(*team, std::move(pools), &model);
  const auto of_panel = desk.run(session, "How long is the warranty?", {});
  ASSERT_TRUE(of_panel);
  EXPECT_EQ(of_panel->text, "Two years.");
  EXPECT_EQ(session.turns.back().agent, "notes");
  EXPECT_EQ(of_panel->usage.tokens, 20u);
  const auto of_one = desk.run(session, "Where is my order?", {});
  EXPECT_EQ(of_one->text, "On its way.");
  EXPECT_EQ(of_one->usage.tokens, 10u);
  // Who asked gets the answer, alone.
  session.turns.back().agent = "manual";
  session.pending.emplace();
  EXPECT_EQ(desk.run(session, "the lamp", {})->text, "Hello there.");
}

TEST(PanelSpec, MistakesAreTold) {
  const auto mistake = [](const std::string& panel) {
    std::string text = kPanelTeam;
    text.replace(text.find("[manual, notes]"), 15, panel);
    const auto team = parse_team(text, "team.yaml", "/team");
    return team ? "" : team.error().message;
  };
  EXPECT_NE(mistake("[manual]").find("two different"), std::string::npos);
  EXPECT_NE(mistake("[manual, manual]").find("two different"), std::string::npos);
  EXPECT_NE(mistake("[manual, nobody]").find("'nobody'"), std::string::npos);
  EXPECT_EQ(mistake("[]"), "");
}

} // namespace
} // namespace outpost::agents
