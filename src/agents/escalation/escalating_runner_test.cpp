#include <gtest/gtest.h>

#include "agents/escalation/escalating_runner.h"
#include "agents/escalation/fake_escalation.h"

namespace outpost::agents {
namespace {

std::vector<Tool> shop_tools() {
  Tool find{.name = "find_order", .description = "Finds an order"};
  find.parameters = {{"id", {.name = "order"}, true}};
  Tool cancel = find;
  cancel.name = "cancel_order";
  cancel.effect = Effect::kIrreversible;
  return {find, cancel};
}

// Finds nothing, as sure of it as it is told; does what waits when it is told yes.
class Unsure final : public Runner {
public:
  explicit Unsure(double probability) : probability_(probability) {}
  Result<RunOutcome> run(Session& session, const std::string& request,
                         const RunOptions& options) override {
    RunOutcome outcome;
    outcome.usage.tokens = 10;
    if (request == "yes" && session.pending) {
      outcome.text = "did " + session.pending->call.tool;
      session.pending.reset();
      return outcome;
    }
    options.observer(
        {.body =
             ToolChosen{request, "none", "scored", {{"none", probability_}, {"find_order", 0.2}}}});
    outcome.kind = AnswerKind::kNoTool;
    outcome.text = "nothing fits";
    session.add({.request = request, .answer = outcome.text});
    return outcome;
  }

private:
  double probability_;
};

EscalatedAnswer suggests(const std::string& tool, boost::json::object arguments) {
  EscalatedAnswer answer;
  answer.call = {tool, std::move(arguments)};
  return answer;
}

struct Said {
  RunOutcome outcome;
  std::vector<HardStep> asked;
  bool waits = false;
};

Said say(const std::string& request, double probability, EscalatedAnswer answer) {
  FakeEscalation larger(0.6, {std::move(answer)});
  EscalatingRunner runner(std::make_unique<Unsure>(probability), larger, "desk", shop_tools());
  Session session;
  auto outcome = *runner.run(session, request, {});
  return {std::move(outcome), larger.asked, session.pending.has_value()};
}

TEST(EscalatingRunner, ReadsAtOnceWhatStandsInTheRequest) {
  const Said said = say("the parcel a-17, hm", 0.4, suggests("find_order", {{"id", "A-17"}}));
  EXPECT_EQ(said.outcome.text, "did find_order");
  EXPECT_EQ(said.outcome.usage.tokens, 20U);
  EXPECT_FALSE(said.waits);
  ASSERT_EQ(said.asked.size(), 1U);
  EXPECT_EQ(said.asked[0].request.text, "the parcel a-17, hm");
  EXPECT_EQ(said.asked[0].probability, 0.4);
  ASSERT_EQ(said.asked[0].tools.size(), 2U);
  EXPECT_EQ(said.asked[0].tools[0].name, "find_order");
}

TEST(EscalatingRunner, AsksTheUserBeforeAnythingElse) {
  const Said made_up = say("the parcel, hm", 0.4, suggests("find_order", {{"id", "A-17"}}));
  EXPECT_EQ(made_up.outcome.kind, AnswerKind::kQuestion);
  EXPECT_EQ(made_up.outcome.text, "Do you mean: find order (id A-17)? Yes or no.");
  EXPECT_TRUE(made_up.waits);
  const Said changes = say("away with A-17", 0.4, suggests("cancel_order", {{"id", "A-17"}}));
  EXPECT_EQ(changes.outcome.kind, AnswerKind::kQuestion);
}

TEST(EscalatingRunner, KeepsItsOwnOutcomeWhereNothingBetterComes) {
  EXPECT_TRUE(say("sing", 0.9, suggests("find_order", {{"id", "A-17"}})).asked.empty());
  for (const auto& answer :
       {EscalatedAnswer{}, suggests("delete_all", {}), suggests("find_order", {{"other", "A-17"}}),
        suggests("find_order", {{"id", 7}})}) {
    const Said said = say("hm 7 A-17", 0.4, answer);
    EXPECT_EQ(said.outcome.text, "nothing fits");
    EXPECT_FALSE(said.waits);
  }
}

} // namespace
} // namespace outpost::agents
