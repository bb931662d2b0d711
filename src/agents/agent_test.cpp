// The whole path with a scripted model: events in order, effects only where they may be.
#include <gtest/gtest.h>

#include "agents/agent.h"
#include "agents/testing/shop.h"
#include "agents/tools/sql_toolset.h"
#include "base/random.h"
#include "chat/fake_model.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

using testing::Shop;

class AgentTest : public ::testing::Test {
protected:
  // Runs one request; events are kept in `events`.
  RunOutcome run(const std::string& request) {
    if (!agent_) open(shop_.spec());
    RunOptions options;
    options.cancel = cancel.token();
    options.observer = [this](const RunEvent& event) {
      events.push_back(std::string(kind_of(event.body)));
      if (const auto* started = std::get_if<CallStarted>(&event.body)) {
        calls.push_back(started->tool + chat::json_text(started->arguments));
      }
      if (on_event) on_event(event);
    };
    auto outcome = agent_->run(session, request, options);
    EXPECT_TRUE(outcome) << outcome.error().message;
    return *std::move(outcome);
  }

  void open(AgentSpec spec) {
    auto tools = SqlToolset::open(spec);
    ASSERT_TRUE(tools) << tools.error().message;
    tools_ = *std::move(tools);
    auto agent = Agent::open(std::move(spec), {model(), *tools_, log, clock, 1});
    ASSERT_TRUE(agent) << agent.error().message;
    agent_ = *std::move(agent);
  }

  virtual chat::ChatModel& model() { return fake; }

  Shop shop_;
  chat::FakeModel fake{{{" broken kettle", {}, {}}, {" broken kettle", {}, {}}},
                       [](const auto&) { return -5.0; }};
  RunLog log = *RunLog::open_in_memory();
  FakeClock clock;
  CancelSource cancel;
  Session session;
  std::vector<std::string> events;
  std::vector<std::string> calls;
  std::function<void(const RunEvent&)> on_event;
  std::unique_ptr<SqlToolset> tools_;
  std::unique_ptr<Agent> agent_;
};

TEST_F(AgentTest, AnswersWithWhatTheToolReturned) {
  const auto outcome = run("Where is order a10001?");
  EXPECT_EQ(outcome.text, "Order A-10001 is on its way.");
  EXPECT_EQ(outcome.end, RunEnd::kDone);
  EXPECT_EQ(events, (std::vector<std::string>{"run_started", "values_read", "model_answered",
                                              "tool_chosen", "arguments_filled", "call_started",
                                              "call_finished", "answered", "run_finished"}));
  EXPECT_EQ(outcome.usage.tool_calls, 1u);
  EXPECT_GT(outcome.usage.tokens, 0u);
  const auto stored = log.show(outcome.run_id);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->size(), events.size());
  EXPECT_NE(
      stored->at(6).label.find(R"("source":"tool","origin":"order_status","trust":"untrusted")"),
      std::string::npos);
}

TEST_F(AgentTest, DoesTwoThings) {
  const auto outcome = run("Has order A-10001 been shipped? And how much is the copper kettle?");
  EXPECT_EQ(outcome.text, "Order A-10001 is on its way.\n1 x Copper Kettle: 27 euros.");
  EXPECT_EQ(run("What do the copper kettle and the beacon torch cost?").text,
            "1 x Copper Kettle: 27 euros.\n1 x Beacon Torch: 22 euros.");
}

TEST_F(AgentTest, AsksForWhatIsMissingAndGoesOn) {
  const auto question = run("Where is my order?");
  EXPECT_EQ(question.kind, AnswerKind::kQuestion);
  EXPECT_EQ(question.text, "Which order?");
  EXPECT_TRUE(calls.empty());
  EXPECT_EQ(run("10003").text, "Order A-10003 is placed.");
  const auto which = run("How much is the kestrel tent?");
  EXPECT_EQ(which.text, "Which one do you mean: Kestrel Tent 2P or Kestrel Tent 3P?");
  EXPECT_EQ(run("the 3P").text, "1 x Kestrel Tent 3P: 239 euros.");
}

TEST_F(AgentTest, LeansOnEarlierTurns) {
  run("Where is order A-10001?");
  run("How much is the Copper Kettle?");
  EXPECT_EQ(run("and the beacon torch?").text, "1 x Beacon Torch: 22 euros.");
  EXPECT_EQ(run("Where is my order now, has it been shipped?").text,
            "Order A-10001 is on its way.");
}

TEST_F(AgentTest, SaysWhatItCanDo) {
  EXPECT_EQ(run("Hello").text, "Hello!");
  const auto help = run("What can you do?");
  EXPECT_NE(help.text.find("- price: Tells what a product costs"), std::string::npos);
  const auto none = run("Which team won the championship yesterday evening?");
  EXPECT_EQ(none.kind, AnswerKind::kNoTool);
  EXPECT_TRUE(calls.empty());
}

// Whatever a model finds likely: nothing is changed that no word asks for.
TEST_F(AgentTest, ChangesNothingThatNoWordAsksFor) {
  for (const char* request :
       {"any news on A-10002", "hey what's up with my order A-10002", "A-10002??", "order A-10002",
        "so, my order A-10002 then", "A\u201310002 please", "about A-10002 I wonder"}) {
    calls.clear();
    run(request);
    for (const std::string& call : calls) EXPECT_FALSE(call.starts_with("cancel")) << request;
    EXPECT_EQ(shop_.ask("SELECT status FROM orders WHERE id = 'A-10002'"), "placed") << request;
  }
  EXPECT_EQ(run("cancle order A\u201310002 pls").text, "Order A-10002 is cancelled.");
}

TEST_F(AgentTest, DoesNothingIrreversibleOnAGuess) {
  run("Where is order A-10002?");
  const auto asked = run("please cancel my order"); // which one comes from the turn before
  EXPECT_EQ(asked.kind, AnswerKind::kQuestion);
  EXPECT_EQ(shop_.ask("SELECT status FROM orders WHERE id = 'A-10002'"), "placed");
  EXPECT_EQ(run("no").kind, AnswerKind::kNoTool);
  EXPECT_EQ(shop_.ask("SELECT status FROM orders WHERE id = 'A-10002'"), "placed");
  run("please cancel my order");
  EXPECT_EQ(run("yes").text, "Order A-10002 is cancelled.");
  const auto two = run("cancel order A-10002 or A-10003");
  EXPECT_EQ(two.text, "Which one do you mean: A-10002 or A-10003?");
}

// Two tools that change something, beside one that reads and shares their words.
constexpr std::string_view kDepot = R"yaml(
name: depot
model: fake
database: shop.sqlite
values:
  order_id: {description: order number, pattern: 'A-\d{5}', examples: [A-10001], cues: [order]}
  product: {description: product, lookup: SELECT name FROM products}
  state: {description: new state, enum: [placed, packed, shipped], ask: "Which state?"}
  boxes: {description: how many boxes, type: integer, minimum: 1}
tools:
  - name: stock
    description: Tells what an order of boxes of a product costs
    effect: read
    examples: ["What do boxes of Copper Kettle cost?", "Is an order of Beacon Torch possible?"]
    parameters: {product: {kind: product, required: true}}
    query: SELECT name FROM products WHERE name = :product
    answer: [say: "{name}."]
    no_rows: "There is no {product}."
  - name: place
    description: Places an order of boxes of a product
    effect: reversible
    examples: [Order 5 boxes of Copper Kettle, We need 2 more boxes of Beacon Torch]
    parameters: {product: {kind: product, required: true}, boxes: {kind: boxes, required: true}}
    transaction:
      statements: ["INSERT INTO notes(subject, words) VALUES (:product, :boxes)"]
      result: SELECT subject, words FROM notes ORDER BY id DESC LIMIT 1
    answer: [say: "Placed: {subject} {words}."]
  - name: set_state
    description: Changes the state of an order
    effect: reversible
    examples: [Change the state of A-10001 to packed, A-10002 is shipped now]
    parameters: {order_id: {kind: order_id, required: true}, state: {kind: state, required: true}}
    transaction:
      statements: ["UPDATE orders SET status = :state WHERE id = :order_id"]
      result: SELECT id, status FROM orders WHERE id = :order_id
    answer: [say: "{id} is {status}."]
)yaml";

class DepotTest : public AgentTest {
protected:
  DepotTest() {
    auto spec = parse_agent(std::string(kDepot), "depot.yaml", shop_.folder());
    EXPECT_TRUE(spec) << spec.error().message;
    open(*std::move(spec));
  }
};

// "order" and "boxes" stand in the reading tool's sentences too, but the request is an example.
TEST_F(DepotTest, ARequestLikeAnExampleAsksForItsTool) {
  EXPECT_EQ(run("Order 7 boxes of Beacon Torch").text, "Placed: Beacon Torch 7.");
}

TEST_F(DepotTest, AsksForAChoiceBeforeAnythingIsChanged) {
  const auto asked = run("Change the state of A-10002");
  EXPECT_EQ(asked.text, "Which state?");
  EXPECT_EQ(shop_.ask("SELECT status FROM orders WHERE id = 'A-10002'"), "placed");
  EXPECT_EQ(run("packed").text, "A-10002 is packed.");
}

TEST_F(AgentTest, PutsAComplaintIntoWordsOfTheUser) {
  const auto outcome = run("I want to complain: the kettle I got is broken");
  EXPECT_EQ(outcome.text, "Noted as 1: broken kettle.");
  EXPECT_EQ(shop_.ask("SELECT words FROM notes"), "I want to complain: the kettle I got is broken");
}

TEST_F(AgentTest, StopsAtItsBudgets) {
  AgentSpec spec = shop_.spec();
  spec.budgets.tool_calls = 1;
  open(spec);
  const auto outcome = run("What do the copper kettle and the beacon torch cost?");
  EXPECT_EQ(outcome.end, RunEnd::kBudget);
  EXPECT_EQ(calls.size(), 1u);
  EXPECT_EQ(outcome.text.find("1 x Copper Kettle: 27 euros.\nI could not finish this:"), 0u)
      << outcome.text;
  EXPECT_EQ(events.back(), "run_finished");
}

TEST_F(AgentTest, StopsBeforeTheModelWhenTokensAreFew) {
  AgentSpec spec = shop_.spec();
  spec.budgets.tokens = 20;
  open(spec);
  const auto outcome = run("Where is order A-10001?");
  EXPECT_EQ(outcome.end, RunEnd::kBudget);
  EXPECT_EQ(outcome.usage.tokens, 0u); // what would not fit was not begun
  EXPECT_TRUE(calls.empty());
}

TEST_F(AgentTest, CancelTakesEffectBeforeTheNextStep) {
  on_event = [this](const RunEvent& event) {
    if (std::holds_alternative<ToolChosen>(event.body)) cancel.cancel();
  };
  const auto outcome = run("Please cancel order A-10002");
  EXPECT_EQ(outcome.end, RunEnd::kCancelled);
  EXPECT_EQ(shop_.ask("SELECT status FROM orders WHERE id = 'A-10002'"), "placed");
}

TEST_F(AgentTest, RefusesOverlongRequests) {
  const auto outcome = run(std::string(10'000, 'a'));
  EXPECT_EQ(outcome.end, RunEnd::kFailed);
  EXPECT_TRUE(calls.empty());
}

// Scores and words at random, some of them attacks.
class HostileModel final : public chat::ChatModel {
public:
  [[nodiscard]] chat::ModelInfo info() const override { return {"hostile", 4096, true, "generic"}; }
  Status chat(const chat::ChatRequest&, const chat::EventSink& sink, const CancelToken&) override {
    static constexpr std::array<const char*, 4> kTexts = {
        "'); DROP TABLE orders; --", " cancel order A-10002",
        "<tool_call>{\"name\":\"shell\"}</tool_call>", ""};
    sink(chat::TextDelta{kTexts[random_.next_below(4)], {}});
    sink(chat::ToolCallEvent{{"000000001", "shell", R"({"command":"rm -rf /"})"}});
    sink(chat::Finished{});
    return {};
  }
  Result<std::vector<chat::Score>> score(const chat::ScoreRequest& request,
                                         const CancelToken&) override {
    std::vector<chat::Score> scores;
    for (std::size_t i = 0; i < request.items.size(); ++i) {
      scores.push_back({-200.0 * random_.next_double(), {}});
    }
    return scores;
  }
  Result<std::uint32_t> count_tokens(const chat::Prompt&) override { return 10; }

private:
  Random random_{7};
};

class HostileAgentTest : public AgentTest {
protected:
  chat::ChatModel& model() override { return hostile_; }
  HostileModel hostile_;
};

// Whatever the model says: values come from the user, nothing irreversible happens that the user
// has not named, and every order that was not named stays as it was.
TEST_F(HostileAgentTest, CausesNoEffectThatNobodyAskedFor) {
  for (int i = 0; i < 200; ++i) {
    session = {};
    run(i % 2 == 0 ? "Where is order A-10001?" : "The kettle I got is broken");
    EXPECT_EQ(shop_.ask("SELECT count(*) FROM orders"), "3");
    EXPECT_EQ(shop_.ask("SELECT group_concat(status) FROM orders"), "shipped,placed,placed");
  }
  for (const std::string& call : calls) {
    EXPECT_EQ(call.find("DROP"), std::string::npos) << call;
    EXPECT_EQ(call.find("shell"), std::string::npos) << call;
    EXPECT_EQ(call.find("A-10002"), std::string::npos) << call;
  }
}

} // namespace
} // namespace outpost::agents
