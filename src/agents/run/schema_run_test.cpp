// An agent whose tools tell only a JSON Schema, as those of MCP servers do.
#include <gtest/gtest.h>

#include "agents/agent.h"
#include "agents/testing/shop.h"
#include "agents/tools/schema/json_schema.h"
#include "chat/fake_model.h"
#include "chat/forwarding_model.h"
#include "store/database.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

class WeatherToolset final : public Toolset {
public:
  WeatherToolset() {
    Tool weather;
    weather.name = "weather";
    weather.description = "Tells the weather in a city";
    weather.input_schema =
        R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]})";
    Tool light = weather;
    light.name = "light";
    light.description = "Switches the light of a room";
    light.effect = Effect::kReversible;
    light.input_schema =
        R"({"type":"object","properties":{"room":{"type":"string"}},"required":["room"]})";
    tools_ = {weather, light};
  }
  [[nodiscard]] const std::vector<Tool>& tools() const override { return tools_; }
  Result<ToolResult> call(const Call& call, const CallContext&) override {
    ++calls;
    ToolResult result;
    result.content = json::object{{"said", call.arguments}};
    result.statement = "It is sunny in " + std::string(call.arguments.at("city").as_string()) + ".";
    return result;
  }
  int calls = 0;

private:
  std::vector<Tool> tools_;
};

TEST(SchemaRun, DraftsCallsAndIsReplayedWithoutTheModel) {
  AgentSpec spec;
  spec.name = "weather";
  spec.version = "1";
  WeatherToolset tools;
  auto log = RunLog::open_in_memory();
  ASSERT_TRUE(log);
  FakeClock clock;
  chat::FakeModel model({{.text = R"(city="Rome"))"}}, [](const chat::ScoreItem& item) {
    if (item.continuation == "weather(") return -1.0;
    return item.continuation == "done" ? -2.0 : -8.0;
  });
  AgentParts parts{model, tools, *log, clock, 1};
  parts.calling.refuses = false;
  auto agent = Agent::open(spec, parts);
  ASSERT_TRUE(agent) << agent.error().message;
  Session session;
  const auto outcome = (*agent)->run(session, "what is the weather in Rome?", {});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->text, "It is sunny in Rome.");
  EXPECT_GT(outcome->usage.tokens, 0u);
  EXPECT_EQ(tools.calls, 1);
  EXPECT_EQ(model.steps_left(), 0u);
  const auto replay = (*agent)->replay(outcome->run_id);
  ASSERT_TRUE(replay) << replay.error().message;
  EXPECT_TRUE(replay->is_same && replay->is_whole) << replay->difference;
  EXPECT_EQ(tools.calls, 1) << "nothing was called again";
}

// Has no room for worked examples.
class ShortModel final : public chat::ForwardingModel {
public:
  explicit ShortModel(chat::ChatModel& inner) : inner_(inner) {}
  [[nodiscard]] chat::ModelInfo info() const override {
    chat::ModelInfo info = inner_.info();
    info.context_tokens = 512;
    return info;
  }

private:
  [[nodiscard]] chat::ChatModel& behind() const override { return inner_; }
  chat::ChatModel& inner_;
};

// Runs whose model is profiled anew, or replaced, before they are gone through again.
class ProfileOfRunTest : public ::testing::Test {
protected:
  static CallingProfile profile(double bias) {
    CallingProfile profile;
    profile.refuses = false;
    profile.correct[static_cast<std::size_t>(CallSign::kBias)] = bias + 0.1 + 0.2;
    profile.correct[static_cast<std::size_t>(CallSign::kWords)] = 1.0 / 3;
    return profile;
  }
  // Other weights, and another way to ask.
  static CallingProfile changed_profile() {
    CallingProfile changed = profile(-2);
    changed.syntax = CallSyntax::kJson;
    changed.shows_examples = false;
    changed.scores_names = false;
    return changed;
  }
  std::unique_ptr<Agent> open(chat::ChatModel& own, const CallingProfile& calling) {
    AgentSpec spec;
    spec.name = "weather";
    spec.version = "1";
    spec.larger_models = {{"large"}, 0.9};
    AgentParts parts{own, tools, log, clock, ++seed};
    parts.calling = calling;
    if (larger.model != nullptr) {
      parts.larger = {{"large", [](const auto&) { return Status(); },
                       [this]() -> Result<AgentModel> { return larger; }}};
    }
    return *Agent::open(spec, parts);
  }
  static std::string run(Agent& agent) {
    Session session;
    const auto outcome = agent.run(session, "what is the weather in Rome?", {});
    EXPECT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->text, "It is sunny in Rome.");
    return outcome->run_id;
  }
  // Without a model: nothing is asked.
  Result<ReplayReport> replay(const std::string& run, const CallingProfile& calling) {
    chat::FakeModel none;
    return open(none, calling)->replay(run);
  }
  void expect_same(const std::string& run, const CallingProfile& calling) {
    const auto report = replay(run, calling);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->is_same && report->is_whole) << report->difference;
  }
  // The same run under another id: its first events, with their bodies as the SQL makes them.
  std::string copy(const std::string& run, const std::string& body_sql, int events = 100) {
    const std::string id = "copy-" + std::to_string(++seed);
    auto database = store::Database::open(shop.folder() / "runs.sqlite");
    EXPECT_TRUE(database);
    EXPECT_TRUE(database->execute("INSERT INTO run_events SELECT '" + id +
                                  "', sequence, time_ms, kind, " + body_sql +
                                  ", label FROM run_events WHERE run_id = '" + run +
                                  "' AND sequence <= " + std::to_string(events)));
    return id;
  }
  std::size_t count(const std::string& run, std::string_view text) {
    std::size_t count = 0;
    const auto record = log.show(run);
    for (const StoredEvent& event : *record) {
      count += event.body.find(text) != std::string::npos ? 1 : 0;
    }
    return count;
  }

  static constexpr const char* kWithout = "json_remove(body, '$.calling')";
  testing::Shop shop; // for its folder
  RunLog log = *RunLog::open(shop.folder() / "runs.sqlite");
  WeatherToolset tools;
  FakeClock clock;
  std::uint64_t seed = 0;
  AgentModel larger;
  chat::FakeModel model{{{.text = R"((city="Rome"))"}, {.text = R"((city="Rome"))"}},
                        [](const chat::ScoreItem&) { return -1.5; }};
};

TEST_F(ProfileOfRunTest, AProfileThatHasChangedSinceChangesNothing) {
  const std::string id = run(*open(model, profile(3)));
  EXPECT_EQ(count(id, R"("calling":)"), 1u) << "with its beginning alone";
  expect_same(id, profile(3));
  expect_same(id, changed_profile());
}

TEST_F(ProfileOfRunTest, ARecordWithoutAProfileGoesByTheOneOfNow) {
  const std::string id = copy(run(*open(model, profile(3))), kWithout);
  EXPECT_EQ(count(id, R"("calling":)"), 0u);
  expect_same(id, profile(3));
  const auto report = replay(id, changed_profile());
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->is_same);
}

TEST_F(ProfileOfRunTest, WhetherExamplesWereShownIsAsItWas) {
  ShortModel short_model(model);
  const std::string without = run(*open(short_model, profile(3)));
  EXPECT_EQ(count(without, "shows_examples"), 0u);
  expect_same(without, profile(3)); // of a model with room for them
  const std::string with = run(*open(model, profile(3)));
  EXPECT_EQ(count(with, "shows_examples"), 1u);
  chat::FakeModel none;
  ShortModel short_none(none);
  const auto report = open(short_none, profile(3))->replay(with);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->is_same) << report->difference;
}

TEST_F(ProfileOfRunTest, ALargerModelsProfileIsRecordedWhereItTakesOver) {
  chat::FakeModel large({{.text = R"((city="Rome"))"}},
                        [](const chat::ScoreItem&) { return -1.5; });
  larger = {&large, profile(4)};
  const std::string id = run(*open(model, profile(-1)));
  EXPECT_EQ(count(id, R"("calling":)"), 2u);
  EXPECT_EQ(large.steps_left(), 0u);
  larger = {&large, changed_profile()};
  expect_same(id, changed_profile());
}

TEST_F(ProfileOfRunTest, ARunThatGoesOnKeepsTheProfileThatItBeganWith) {
  const std::string whole = run(*open(model, profile(3)));
  const std::string cut = copy(whole, "body", 1); // at its beginning: the model is asked after it
  const auto outcome = open(model, changed_profile())->resume(cut, {});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->text, "It is sunny in Rome.");
  const auto first = log.show(whole);
  const auto second = log.show(cut);
  ASSERT_EQ(first->size(), second->size());
  for (std::size_t i = 0; i + 1 < first->size(); ++i) { // the last has how long it took
    EXPECT_EQ(first->at(i).body, second->at(i).body);
  }
  expect_same(cut, changed_profile());
}

TEST_F(ProfileOfRunTest, AMalformedProfileIsRefusedBeforeAnythingIsDone) {
  const std::string id = run(*open(model, profile(3)));
  for (const char* change :
       {"json_set(body, '$.calling', null)", "json_set(body, '$.calling', '')",
        "json_set(body, '$.calling.due[3]', 1.5)", "json_set(body, '$.calling.tool[#]', '1')",
        "json_set(body, '$.calling.on[0]', 'wonders')", "json_remove(body, '$.calling.more')"}) {
    const std::string sql =
        "CASE kind WHEN 'run_started' THEN " + std::string(change) + " ELSE body END";
    const auto report = replay(copy(id, sql), profile(3));
    ASSERT_FALSE(report) << change;
    EXPECT_EQ(report.error().code, ErrorCode::kCorruptData) << change;
    EXPECT_EQ(report.error().message.find("event 1: the recorded calling profile"), 0u)
        << report.error().message;
    const auto outcome = open(model, profile(3))->resume(copy(id, sql, 1), {});
    ASSERT_FALSE(outcome) << change;
    EXPECT_EQ(outcome.error().code, ErrorCode::kCorruptData) << change;
  }
  EXPECT_EQ(tools.calls, 1);
}

std::string problem(const char* schema, const char* arguments) {
  const Status checked = check_against_schema(schema, json::parse(arguments));
  return checked ? "" : checked.error().message;
}

TEST(SchemaCheck, NamesWhatDoesNotHold) {
  constexpr const char* kSchema =
      R"({"type":"object","required":["city"],"properties":{"city":{"type":"string","maxLength":5},)"
      R"("days":{"type":"integer","minimum":1,"maximum":9},"unit":{"enum":["C","F"]},)"
      R"("at":{"type":"array","items":{"type":"object","properties":{"h":{"type":"number"}}}}}})";
  EXPECT_EQ(problem(kSchema, R"({"city":"Rome","days":3,"unit":"C","at":[{"h":1.5}]})"), "");
  EXPECT_EQ(problem(kSchema, R"({})"), "the argument 'city' is needed");
  EXPECT_EQ(problem(kSchema, R"({"city":"Rome","state":1})"), "there is no argument 'state'");
  EXPECT_EQ(problem(kSchema, R"({"city":7})"),
            R"(argument 'city' is 7; expected the type "string")");
  EXPECT_EQ(problem(kSchema, R"({"city":"Reykjavik"})"),
            R"(argument 'city' is "Reykjavik"; expected at most 5 characters)");
  EXPECT_EQ(problem(kSchema, R"({"city":"Rome","days":10})"),
            "argument 'days' is 10; expected at most 9");
  EXPECT_EQ(problem(kSchema, R"({"city":"Rome","unit":"K"})"),
            R"(argument 'unit' is "K"; expected one of ["C","F"])");
  EXPECT_EQ(problem(kSchema, R"({"city":"Rome","at":[{"h":"x"}]})"),
            R"(argument 'at[0].h' is "x"; expected the type "number")");
  EXPECT_EQ(problem("[]", "{}"), "the tool's schema is no JSON object");
}

} // namespace
} // namespace outpost::agents
