// An agent whose tools tell only a JSON Schema, as those of MCP servers do.
#include <gtest/gtest.h>

#include "agents/agent.h"
#include "agents/tools/schema/json_schema.h"
#include "chat/fake_model.h"

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
