#include <gtest/gtest.h>

#include "agents/tools/builtin/builtin_toolset.h"
#include "agents/tools/builtin/calculator.h"
#include "agents/tools/function/function_toolset.h"
#include "agents/tools/schema/json_schema.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

struct Case {
  const char* expression;
  const char* result; // empty: a mistake
};
class Calculator : public ::testing::TestWithParam<Case> {};
TEST_P(Calculator, Works) {
  const auto sum = calculate(GetParam().expression);
  const std::string wanted = GetParam().result;
  ASSERT_EQ(sum.has_value(), !wanted.empty()) << GetParam().expression;
  if (sum) {
    EXPECT_EQ((sum->is_exact ? "" : "~") + sum->text, wanted) << GetParam().expression;
  }
}
INSTANTIATE_TEST_SUITE_P(
    All, Calculator,
    ::testing::Values(
        Case{"1+2*3", "7"}, Case{"(1 + 2) * 3", "9"}, Case{"0.1 + 0.2", "0.3"},
        Case{"19.99 * 3", "59.97"}, Case{"1/4", "0.25"}, Case{"1/3", "~0.333333333333"},
        Case{"-2^2", "-4"}, Case{"2^3^2", "512"}, Case{"2^-1", "~0.5"}, Case{"--3", "3"},
        Case{"15% of 80", "12"}, Case{"80 + 15%", "92"}, Case{"80 - 25%", "60"}, Case{"50%", "0.5"},
        Case{"200 * 10%", "20"}, Case{"1,299.50 * 2", "2599"}, Case{"max(1,299,3)", "299"},
        Case{"min(2, 1.5)", "1.5"}, Case{"abs(-3.20)", "3.2"}, Case{"round(2.345, 2)", "2.35"},
        Case{"round(-2.5)", "-3"}, Case{"sqrt(144)", "12"}, Case{"sqrt(2)", "~1.41421356237"},
        Case{"12 ÷ 5 × 2", "4.8"}, Case{"7 − 9", "-2"}, Case{"-9 / -1", "9"},
        Case{"9223372036854775807 + 1", "~9.22337203685e+18"}, Case{"2^100", "~1.26765060023e+30"},
        Case{"0.000000000000000001 * 0.1", "~1e-19"}, Case{"", ""}, Case{"1 +", ""},
        Case{"1 / 0", ""}, Case{"(1", ""}, Case{"1)", ""}, Case{"1 2", ""}, Case{"sqrt(-1)", ""},
        Case{"system(1)", ""}, Case{"x", ""}, Case{"1.2.3", ""}, Case{"10^999", ""},
        Case{"max()", ""}, Case{".", ""}, Case{"1,2", ""}));

TEST(CalculatorLimits, HoldAgainstDepthAndLength) {
  EXPECT_EQ(calculate(std::string(200, '(')).error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(calculate(std::string(200, '-') + "1").error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(calculate(std::string(501, '1')).error().code, ErrorCode::kLimitExceeded);
  std::string tower = "2";
  for (int i = 0; i < 100; ++i) tower += "^2";
  EXPECT_FALSE(calculate(tower));
}

TEST(BuiltinTools, TellTheTimeOfTheirPeople) {
  FakeClock clock; // 2023-11-14 22:13:20 UTC
  BuiltinSection use;
  use.tools = {Builtin::kClock, Builtin::kSystem, Builtin::kCalculator};
  use.utc_offset_minutes = 120;
  const auto tools = make_builtin_toolset(use, "/", clock);
  const auto now = tools->call({"c1", "current_time", {}}, {});
  ASSERT_TRUE(now);
  EXPECT_EQ(now->statement, "It is Wednesday, 2023-11-15, 00:13.");
  const auto later = tools->call({"c2", "date_after", {{"days", 30}, {"date", "2024-02-28"}}}, {});
  ASSERT_TRUE(later);
  EXPECT_EQ(later->content.at("date"), "2024-03-29");
  const auto between =
      tools->call({"c3", "days_between", {{"from", "2024-03-01"}, {"to", "2024-02-01"}}}, {});
  ASSERT_TRUE(between);
  EXPECT_EQ(between->content.at("days"), -29);
  EXPECT_FALSE(tools->call({"c4", "date_after", {{"days", 1}, {"date", "2023-02-30"}}}, {}));
  EXPECT_TRUE(tools->call({"c5", "system_facts", {}}, {}));
  const auto sum = tools->call({"c6", "calculate", {{"expression", "2 * 0.35"}}}, {});
  ASSERT_TRUE(sum);
  EXPECT_EQ(sum->statement, "0.7");
}

TEST(FunctionToolset, ChecksArgumentsBeforeTheFunction) {
  FunctionToolset tools;
  int calls = 0;
  tools.add({.name = "wait",
             .parameters = {whole_number("minutes", "how long", 1, 9),
                            optional(one_of("mood", "which", {"calm", "glad"}))}},
            [&](const Arguments& arguments, const CallContext&) -> Result<json::value> {
              ++calls;
              return json::value(arguments.text("mood").value_or("none") + " " +
                                 std::to_string(*arguments.integer("minutes")));
            });
  EXPECT_EQ(tools.call({"c", "wait", {{"minutes", 3}}}, {})->statement, "none 3");
  EXPECT_EQ(tools.call({"c", "wait", {{"minutes", 3}, {"mood", "glad"}}}, {})->statement, "glad 3");
  EXPECT_FALSE(tools.call({"c", "wait", {{"minutes", 10}}}, {}));
  EXPECT_FALSE(tools.call({"c", "wait", {{"minutes", 3}, {"mood", "sad"}}}, {}));
  EXPECT_FALSE(tools.call({"c", "wait", {}}, {}));
  EXPECT_FALSE(tools.call({"c", "sleep", {}}, {}));
  EXPECT_EQ(calls, 2);
}

struct Schema {
  const char* schema;
  const char* value;
  bool holds;
};
class JsonSchema : public ::testing::TestWithParam<Schema> {};
TEST_P(JsonSchema, Holds) {
  const Status status = check_against_schema(GetParam().schema, json::parse(GetParam().value));
  EXPECT_EQ(status.has_value(), GetParam().holds) << GetParam().schema << " " << GetParam().value;
}
INSTANTIATE_TEST_SUITE_P(
    All, JsonSchema,
    ::testing::Values(
        Schema{"{}", "7", true}, Schema{"true", "7", true}, Schema{"false", "7", false},
        Schema{R"({"type":"integer"})", "1.0", true}, Schema{R"({"type":"integer"})", "1.5", false},
        Schema{R"({"type":["string","null"]})", "null", true},
        Schema{R"({"enum":["a",1]})", "1", true}, Schema{R"({"enum":["a",1]})", "2", false},
        Schema{R"({"const":"x"})", "\"y\"", false},
        Schema{R"({"minimum":2,"exclusiveMaximum":3})", "3", false},
        Schema{R"({"minLength":2})", "\"ü\"", false}, Schema{R"({"maxLength":2})", "\"üü\"", true},
        Schema{R"({"pattern":"^[A-Z]{2}$"})", "\"ab\"", false},
        Schema{R"({"properties":{"a":{"type":"string"}},"required":["a"]})", "{}", false},
        Schema{R"({"properties":{"a":{"type":"string"}}})", R"({"a":1})", false},
        Schema{R"({"properties":{"a":{}},"additionalProperties":false})", R"({"b":1})", false},
        Schema{R"({"additionalProperties":{"type":"integer"}})", R"({"b":"x"})", false},
        Schema{R"({"items":{"type":"integer"},"maxItems":2})", "[1,2]", true},
        Schema{R"({"items":{"type":"integer"}})", "[1,\"2\"]", false},
        Schema{R"({"anyOf":[{"type":"string"},{"type":"null"}]})", "1", false},
        Schema{R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "3", false},
        Schema{R"({"not":{"type":"string"}})", "\"x\"", false},
        Schema{R"({"$ref":"#/$defs/a","$defs":{"a":{"type":"string"}}})", "1", false},
        Schema{R"({"$ref":"#/$defs/b"})", "1", false},
        Schema{R"({"$ref":"#"})", "1", false}, // refers to itself for ever
        Schema{R"({"$ref":"http://x.example"})", "1", false}));

TEST(JsonSchemaLimits, HoldAgainstExplosions) {
  // Each level looks at the next one twice: 2^40 steps without a bound.
  std::string schema = R"({"$ref":"#/$defs/a40","$defs":{"a0":{"type":"string"})";
  for (int i = 1; i <= 40; ++i) {
    const std::string next = "{\"$ref\":\"#/$defs/a" + std::to_string(i - 1) + "\"}";
    schema += ",\"a" + std::to_string(i) + "\":{\"anyOf\":[" + next + "," + next + "]}";
  }
  const Status status = check_against_schema(schema + "}}", 7);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kLimitExceeded);
}

} // namespace
} // namespace outpost::agents
