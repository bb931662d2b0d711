#include <gtest/gtest.h>

#include "prompt/tool_call_parser.h"
#include "prompt/tool_format.h"

namespace outpost::prompt {
namespace {

const chat::ToolDefinition kWeather = {
    "weather", "tells the weather",
    R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]})"};

struct Read {
  std::string text;
  std::vector<chat::ToolCall> calls;
};

// The whole text in pieces of `step` bytes: the result must not depend on the cuts.
Read read(ToolFormat format, std::string_view text, std::size_t step) {
  ToolCallParser parser(format, {"weather", "time"}, 7);
  Read all;
  const auto take = [&all](ToolCallParser::Piece piece) {
    all.text += piece.text;
    for (auto& call : piece.calls) all.calls.push_back(std::move(call));
  };
  for (std::size_t at = 0; at < text.size(); at += step) take(parser.push(text.substr(at, step)));
  take(parser.finish());
  return all;
}

struct Case {
  ToolFormat format;
  std::string text;
  std::string shown;
  std::vector<std::pair<std::string, std::string>> calls; // name, arguments
};

const std::vector<Case> kCases = {
    {ToolFormat::kHermes, "Hello there.", "Hello there.", {}},
    {ToolFormat::kHermes,
     "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>",
     "",
     {{"weather", R"({"city":"Oslo"})"}}},
    {ToolFormat::kHermes,
     "Let me see.\n<tool_call>{\"name\":\"weather\",\"arguments\":{\"city\":\"a\"}}</tool_call>\n"
     "<tool_call>{\"name\":\"time\",\"arguments\":{}}</tool_call>",
     "Let me see.\n",
     {{"weather", R"({"city":"a"})"}, {"time", "{}"}}},
    {ToolFormat::kHermes, // a string that holds the arguments; brackets inside strings
     R"(<tool_call>{"name":"weather","arguments":"{\"city\": \"}]<\"}"}</tool_call>)",
     "",
     {{"weather", R"({"city":"}]<"})"}}},
    {ToolFormat::kHermes, "<tool_call>{broken</tool_call>", "<tool_call>{broken</tool_call>", {}},
    {ToolFormat::kHermes, "a < b and <tool", "a < b and <tool", {}},
    {ToolFormat::kHermes, // the end mark was the stop token
     "<tool_call>\n{\"name\": \"time\", \"arguments\": {}}\n",
     "",
     {{"time", "{}"}}},
    {ToolFormat::kHermes, // no marks, a fence, a tool of ours
     "```json\n{\"name\": \"time\", \"arguments\": {}}\n```",
     "",
     {{"time", "{}"}}},
    {ToolFormat::kHermes, // the same with a tool nobody has: an example, not a call
     "```json\n{\"name\": \"rm\", \"arguments\": {}}\n```",
     "```json\n{\"name\": \"rm\", \"arguments\": {}}\n```",
     {}},
    {ToolFormat::kSmolLm2,
     "<tool_call>[{\"name\":\"time\",\"arguments\":{}},{\"name\":\"weather\",\"arguments\":{"
     "\"city\":"
     "\"ñ\"}}]</tool_call>",
     "",
     {{"time", "{}"}, {"weather", R"({"city":"ñ"})"}}},
    {ToolFormat::kSmolLm2, "<tool_call>[]</tool_call>", "", {}},
    {ToolFormat::kGeneric, R"({"response": "It is \"fine\"."})", "It is \"fine\".", {}},
    {ToolFormat::kGeneric,
     R"({"tool_calls":[{"name":"time","arguments":{}}]})",
     "",
     {{"time", "{}"}}},
    {ToolFormat::kGeneric, "Plain words.", "Plain words.", {}},
};

TEST(ToolCallParser, ReadsTheSameHoweverTheAnswerIsCut) {
  for (const Case& test : kCases) {
    for (std::size_t step = 1; step <= test.text.size() + 1; ++step) {
      const Read got = read(test.format, test.text, step);
      ASSERT_EQ(got.text, test.shown) << test.text << " by " << step;
      ASSERT_EQ(got.calls.size(), test.calls.size()) << test.text;
      for (std::size_t i = 0; i < got.calls.size(); ++i) {
        ASSERT_EQ(got.calls[i].name, test.calls[i].first);
        ASSERT_EQ(got.calls[i].arguments, test.calls[i].second);
        ASSERT_EQ(got.calls[i].id.size(), 9u);
      }
    }
  }
}

TEST(ToolCallParser, DeepJsonIsTextNotACrash) {
  const std::string deep = "<tool_call>" + std::string(100000, '[') + "</tool_call>";
  EXPECT_EQ(read(ToolFormat::kHermes, deep, 4096).text, deep);
}

TEST(ToolFormat, IsDetectedFromWhatTheTemplateTeaches) {
  EXPECT_EQ(detect_tool_format("{% if tools %}<tools>..<tool_call>..<tool_response>", "x"),
            ToolFormat::kHermes);
  EXPECT_EQ(detect_tool_format("You are a helpful AI assistant named SmolLM, trained by", "x"),
            ToolFormat::kSmolLm2);
  EXPECT_EQ(detect_tool_format("{{ messages }}", "Phi"), ToolFormat::kGeneric);
}

TEST(ToolFormat, WrittenCallsAreReadBack) {
  const std::vector<chat::ToolCall> calls = {{"", "weather", R"({"city":"Oslo"})"},
                                             {"", "time", "{}"}};
  for (const auto format : {ToolFormat::kHermes, ToolFormat::kSmolLm2, ToolFormat::kGeneric}) {
    const Read got = read(format, calls_text(format, calls), 5);
    EXPECT_EQ(got.text, "");
    ASSERT_EQ(got.calls.size(), 2u) << to_string(format);
    EXPECT_EQ(got.calls[0].arguments, calls[0].arguments);
  }
}

TEST(ToolFormat, ToolsAreIntroducedByNameAndSchema) {
  for (const auto format : {ToolFormat::kHermes, ToolFormat::kSmolLm2, ToolFormat::kGeneric}) {
    const std::string text = tools_text(format, {&kWeather, 1});
    EXPECT_NE(text.find("\"name\": \"weather\""), std::string::npos);
    EXPECT_NE(text.find(kWeather.parameters), std::string::npos);
  }
}

TEST(ToolFormat, GrammarRefusesWhatIsNoSchema) {
  const chat::ToolDefinition bad = {"x", "", "[1]"};
  EXPECT_FALSE(calls_grammar(ToolFormat::kHermes, {&bad, 1}, chat::ToolChoice::kRequired));
  EXPECT_FALSE(calls_grammar(ToolFormat::kHermes, {}, chat::ToolChoice::kRequired));
  const auto good = calls_grammar(ToolFormat::kHermes, {&kWeather, 1}, chat::ToolChoice::kRequired);
  ASSERT_TRUE(good);
  EXPECT_NE(good->text.find("%json"), std::string::npos);
}

TEST(ToolCallParser, NumbersStayAsPeopleWriteThem) {
  ToolCallParser parser(ToolFormat::kHermes, {"f"}, 1);
  const auto piece = parser.push(
      R"(<tool_call>{"name": "f", "arguments": {"x": 0.5, "n": 12345678901234567}}</tool_call>)");
  ASSERT_EQ(piece.calls.size(), 1u);
  EXPECT_EQ(piece.calls[0].arguments, R"({"x":0.5,"n":12345678901234567})");
}

} // namespace
} // namespace outpost::prompt
