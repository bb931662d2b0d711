// Each rule around the tools, on a toolset that counts what reaches it.
#include <gtest/gtest.h>

#include "agents/run/budget.h"
#include "agents/tools/answer_template.h"
#include "agents/tools/argument_schema.h"
#include "agents/tools/budget_toolset.h"
#include "agents/tools/joined_toolset.h"
#include "agents/tools/labelling_toolset.h"
#include "agents/tools/loop_guard_toolset.h"
#include "agents/tools/validating_toolset.h"
#include "base/clock.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

class CountingToolset final : public Toolset {
public:
  explicit CountingToolset(const char* name = "book") {
    Tool tool;
    tool.name = name;
    ValueKind day;
    day.name = "day";
    day.choices = {"monday", "friday"};
    ValueKind seats;
    seats.name = "seats";
    seats.type = ValueType::kInteger;
    seats.minimum = 1;
    seats.maximum = 6;
    ValueKind code;
    code.name = "code";
    code.pattern = "[A-Z]{2}";
    ValueKind mail;
    mail.name = "mail";
    mail.format = ValueFormat::kEmail;
    ValueKind quiet;
    quiet.name = "quiet";
    quiet.type = ValueType::kBoolean;
    tool.parameters = {{"day", day, true},
                       {"seats", seats, false},
                       {"code", code, false},
                       {"mail", mail, false},
                       {"quiet", quiet, false}};
    tools_.push_back(tool);
  }
  [[nodiscard]] const std::vector<Tool>& tools() const override { return tools_; }
  Result<ToolResult> call(const Call&, const CallContext&) override {
    ++calls;
    ToolResult result;
    result.label = label;
    return result;
  }
  int calls = 0;
  chat::Label label = chat::operator_label();

private:
  std::vector<Tool> tools_;
};

Call book(json::object arguments) { return {"c1", "book", std::move(arguments)}; }

struct Arguments {
  const char* json;
  const char* message; // empty: they hold
};
class ValidArguments : public ::testing::TestWithParam<Arguments> {};
TEST_P(ValidArguments, OrNot) {
  CountingToolset counting;
  ValidatingToolset tools(counting);
  const auto result = tools.call(book(json::parse(GetParam().json).as_object()), {});
  const bool holds = *GetParam().message == '\0';
  EXPECT_EQ(result.has_value(), holds);
  EXPECT_EQ(counting.calls, holds ? 1 : 0);
  const std::string message = result ? "" : result.error().message;
  EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
}
INSTANTIATE_TEST_SUITE_P(
    All, ValidArguments,
    ::testing::Values(
        Arguments{R"({"day":"monday"})", ""},
        Arguments{R"({"day":"friday","seats":6,"code":"AB","mail":"a@b.cd","quiet":true})", ""},
        Arguments{R"({})", "needs the argument 'day'"},
        Arguments{R"({"day":"sunday"})", "is \"sunday\"; expected one of"},
        Arguments{R"({"day":null})", "expected a string"},
        Arguments{R"({"day":"monday","seats":7})", "expected at most 6"},
        Arguments{R"({"day":"monday","seats":0})", "expected at least 1"},
        Arguments{R"({"day":"monday","seats":2.5})", "expected a whole number"},
        Arguments{R"({"day":"monday","seats":"2"})", "expected a whole number"},
        Arguments{R"({"day":"monday","code":"ab"})", "expected the form"},
        Arguments{R"({"day":"monday","mail":"a@b"})", "expected an e-mail address"},
        Arguments{R"({"day":"monday","quiet":"yes"})", "expected true or false"},
        Arguments{R"({"day":"monday","saets":2})", "did you mean 'seats'?"},
        Arguments{R"({"day":["monday"]})", "expected a string"},
        Arguments{R"({"day":"mon\u0000day"})", "NUL"},
        Arguments{R"({"day":""})", "1 to 200 bytes"}));

TEST(ValidatingToolset, KnowsOnlyListedTools) {
  CountingToolset counting;
  ValidatingToolset tools(counting);
  const auto result = tools.call({"c1", "shell", {{"command", "rm -rf /"}}}, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(counting.calls, 0);
}

TEST(LoopGuard, StopsTheThirdSameCallAndAllAfterIt) {
  CountingToolset counting;
  LoopGuardToolset tools(counting);
  const Call same = book({{"day", "monday"}, {"seats", 2}});
  const Call same_again = book({{"seats", 2}, {"day", "monday"}});
  EXPECT_TRUE(tools.call(same, {}));
  EXPECT_TRUE(tools.call(book({{"day", "friday"}}), {}));
  EXPECT_TRUE(tools.call(same_again, {}));
  const auto third = tools.call(same, {});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::kLimitExceeded);
  EXPECT_FALSE(tools.call(book({{"day", "friday"}, {"seats", 3}}), {}));
  EXPECT_EQ(counting.calls, 3);
}

TEST(BudgetToolset, AllowsExactlyTheBudget) {
  CountingToolset counting;
  FakeClock clock;
  Budgets limits;
  limits.tool_calls = 2;
  RunBudget budget(limits, clock);
  BudgetToolset tools(counting, budget);
  EXPECT_TRUE(tools.call(book({}), {}));
  EXPECT_TRUE(tools.call(book({}), {}));
  const auto third = tools.call(book({}), {});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::kLimitExceeded);
  EXPECT_NE(third.error().message.find("2 tool calls"), std::string::npos);
  EXPECT_EQ(counting.calls, 2);
}

TEST(LabellingToolset, TrustsNoTool) {
  CountingToolset counting;
  counting.label.trust = chat::Trust::kOperator;
  counting.label.confidentiality = chat::Confidentiality::kLocalOnly;
  LabellingToolset tools(counting);
  const auto result = tools.call(book({}), {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->label.source, chat::Source::kTool);
  EXPECT_EQ(result->label.origin, "book");
  EXPECT_EQ(result->label.trust, chat::Trust::kUntrusted);
  EXPECT_EQ(result->label.confidentiality, chat::Confidentiality::kLocalOnly);
}

TEST(JoinedToolset, SendsEachCallToItsOwner) {
  std::vector<std::unique_ptr<Toolset>> parts;
  parts.push_back(std::make_unique<CountingToolset>("book"));
  parts.push_back(std::make_unique<CountingToolset>("cancel"));
  const auto* second = static_cast<const CountingToolset*>(parts[1].get());
  const auto joined = JoinedToolset::join(std::move(parts));
  ASSERT_TRUE(joined);
  ASSERT_EQ((*joined)->tools().size(), 2u);
  EXPECT_EQ((*joined)->tools()[1].name, "cancel");
  EXPECT_TRUE((*joined)->call({"c1", "cancel", {}}, {}));
  EXPECT_EQ(second->calls, 1);
  const auto unknown = (*joined)->call({"c2", "shell", {}}, {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kNotFound);
}

TEST(JoinedToolset, RefusesOneNameTwice) {
  std::vector<std::unique_ptr<Toolset>> parts;
  parts.push_back(std::make_unique<CountingToolset>());
  parts.push_back(std::make_unique<CountingToolset>());
  const auto joined = JoinedToolset::join(std::move(parts));
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, ErrorCode::kConflict);
  EXPECT_NE(joined.error().message.find("'book'"), std::string::npos);
}

TEST(Tool, KeepsTheSchemaOfItsMaker) {
  Tool tool;
  EXPECT_NE(parameters_schema(tool).find("additionalProperties"), std::string::npos);
  tool.input_schema = R"({"type":"object"})";
  EXPECT_EQ(parameters_schema(tool), R"({"type":"object"})");
}

TEST(RunBudget, IsExact) {
  FakeClock clock;
  Budgets limits;
  limits.steps = 1;
  limits.tokens = 10;
  limits.time = std::chrono::milliseconds(100);
  RunBudget budget(limits, clock);
  EXPECT_TRUE(budget.take_step());
  EXPECT_FALSE(budget.take_step());
  EXPECT_TRUE(budget.take_tokens(7));
  EXPECT_FALSE(budget.take_tokens(4)); // and takes nothing
  EXPECT_TRUE(budget.take_tokens(3));
  EXPECT_EQ(budget.tokens_left(), 0u);
  EXPECT_FALSE(budget.take_tokens(0xFFFF'FFFF));
  clock.advance(std::chrono::milliseconds(99));
  EXPECT_TRUE(budget.check_time());
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_FALSE(budget.check_time());
  EXPECT_FALSE(budget.take_tool_call());
  EXPECT_EQ(budget.usage().tool_calls, 0u);
  EXPECT_EQ(budget.usage().tokens, 10u);
}

TEST(AnswerTemplate, PutsValuesIn) {
  EXPECT_EQ(fill_template("{a} of {b}, {c}{d}.", {{"a", 2}, {"b", "x {a}"}, {"c", nullptr}},
                          {{"a", 9}, {"d", 0.5}}),
            "2 of x {a}, 0.5.");
  EXPECT_EQ(fill_template("no { name } {} {a", {{"a", 1}}, {}), "no { name } {} {a");
  EXPECT_EQ(template_names("{a} {b c} {{d}"), (std::vector<std::string>{"a", "d"}));
}

} // namespace
} // namespace outpost::agents
