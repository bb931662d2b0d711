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
Read read_in_steps(ToolFormat format, std::string_view text, std::size_t step) {
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
    {ToolFormat::kHermes, // the end mark inside a string
     R"(<tool_call>{"name":"weather","arguments":{"city":"</tool_call>"}}</tool_call>)",
     "",
     {{"weather", R"({"city":"</tool_call>"})"}}},
    {ToolFormat::kHermes, // an answer in JSON that is no call comes as it is
     R"({"city": "Oslo", "name": "weather"})",
     R"({"city": "Oslo", "name": "weather"})",
     {}},
    {ToolFormat::kLlama3,
     R"({"name": "weather", "parameters": {"city": "Oslo"}})",
     "",
     {{"weather", R"({"city":"Oslo"})"}}},
    {ToolFormat::kLlama3, // as the small ones of 3.2 write at times
     R"({"type": "function", "function": {"name": "time", "parameters": {}}})",
     "",
     {{"time", "{}"}}},
    {ToolFormat::kLlama3,
     "[weather(city='Oslo'), time()]",
     "",
     {{"weather", R"({"city":"Oslo"})"}, {"time", "{}"}}},
    {ToolFormat::kLlama3,
     R"(<|python_tag|>weather.call(city="Oslo"))",
     "",
     {{"weather.call", R"({"city":"Oslo"})"}}},
    {ToolFormat::kLlama3, "[1, 2] is a list.", "[1, 2] is a list.", {}},
    {ToolFormat::kPhi4Mini, // a bracket in an argument, at which lazy patterns stop
     R"(functools[{"name": "weather", "arguments": {"city": "a]b"}}, {"name": "time", "arguments": {}}])",
     "",
     {{"weather", R"({"city":"a]b"})"}, {"time", "{}"}}},
    {ToolFormat::kPhi4Mini,
     R"(<|tool_call|>[{"name":"time","arguments":{}}]<|/tool_call|>)",
     "",
     {{"time", "{}"}}},
    {ToolFormat::kPhi4Mini, "Import functools first.", "Import functools first.", {}},
    {ToolFormat::kMistral,
     R"([TOOL_CALLS] [{"name": "weather", "arguments": {"city": "ñ"}, "id": "abcDEF123"}])",
     "",
     {{"weather", R"({"city":"ñ"})"}}},
    {ToolFormat::kMistral,
     R"([TOOL_CALLS]weather[ARGS]{"city": "a"}[TOOL_CALLS]time[ARGS]{})",
     "",
     {{"weather", R"({"city":"a"})"}, {"time", "{}"}}},
    {ToolFormat::kDeepSeek,
     "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>weather\n```json\n{\"city\":"
     " "
     "\"a\"}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>time\n```json\n{}"
     "\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
     "",
     {{"weather", R"({"city":"a"})"}, {"time", "{}"}}},
    {ToolFormat::kLfm2,
     "<|tool_call_start|>[weather(city=\"a'b\"), time()]<|tool_call_end|>Looking.",
     "Looking.",
     {{"weather", R"({"city":"a'b"})"}, {"time", "{}"}}},
    {ToolFormat::kLfm2,
     R"(<|tool_call_start|>[{"name": "time", "arguments": {}}]<|tool_call_end|>)",
     "",
     {{"time", "{}"}}},
    {ToolFormat::kGemma3,
     "```json\n[{\"name\": \"time\", \"parameters\": {}}]\n```",
     "",
     {{"time", "{}"}}},
};

TEST(ToolCallParser, ReadsTheSameHoweverTheAnswerIsCut) {
  for (const Case& test : kCases) {
    for (std::size_t step = 1; step <= test.text.size() + 1; ++step) {
      const Read got = read_in_steps(test.format, test.text, step);
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

// Arguments as the pieces give them, [calls].
std::vector<std::string> pieces_in_steps(ToolFormat format, std::string_view text,
                                         std::size_t step) {
  ToolCallParser parser(format, {"weather", "time"}, 7);
  parser.give_pieces(ToolCallParser::Pieces::kAll);
  std::vector<std::string> arguments;
  const auto take = [&](const ToolCallParser::Piece& piece) {
    for (const chat::ToolCallPiece& next : piece.pieces) {
      if (!next.name.empty()) arguments.emplace_back();
      EXPECT_EQ(next.index + 1, arguments.size());
      EXPECT_EQ(next.name.empty(), next.id.empty());
      EXPECT_FALSE(next.arguments.empty());
      arguments.back() += next.arguments;
    }
    EXPECT_LE(piece.calls.size(), arguments.size()); // never told whole before its pieces
  };
  for (std::size_t at = 0; at < text.size(); at += step) take(parser.push(text.substr(at, step)));
  take(parser.finish());
  return arguments;
}

TEST(ToolCallParser, PiecesOfArgumentsAreTheArguments) {
  const std::vector<chat::ToolCall> calls = {
      {"", "weather", R"({"city":"a \"b\" {[\\ é","name":"weather","days":[1,{"x":-0.5}]})"},
      {"", "time", "{}"}};
  for (const auto format : kToolFormats) {
    if (format == ToolFormat::kLfm2) continue; // Python
    const std::string text = calls_text(format, calls);
    for (std::size_t step = 1; step < 40; ++step) {
      EXPECT_EQ(pieces_in_steps(format, text, step),
                (std::vector{calls[0].arguments, calls[1].arguments}))
          << text << " by " << step;
    }
  }
}

TEST(ToolCallParser, PiecesComeWhileTheCallIsWritten) {
  ToolCallParser parser(ToolFormat::kHermes, {"weather"}, 7);
  parser.give_pieces(ToolCallParser::Pieces::kMarked);
  EXPECT_TRUE(parser.push("<tool_call>\n{\"name\": \"weather\", \"argu").pieces.empty());
  const auto first = parser.push("ments\": {\"city\": \"Os");
  ASSERT_EQ(first.pieces.size(), 1u);
  EXPECT_EQ(first.pieces[0].name, "weather");
  EXPECT_EQ(first.pieces[0].arguments, R"({"city":"Os)");
  const auto last = parser.push("lo\"}}\n</tool_call>");
  ASSERT_EQ(last.pieces.size(), 1u);
  EXPECT_EQ(last.pieces[0].arguments, R"(lo"})");
  ASSERT_EQ(last.calls.size(), 1u);
  EXPECT_EQ(last.calls[0].id, first.pieces[0].id);
  // Cut by the limit: said in pieces, so no text.
  parser.push("<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\"");
  const auto rest = parser.finish();
  EXPECT_EQ(rest.text, "");
  EXPECT_TRUE(rest.calls.empty());
}

TEST(ToolCallParser, OnlyBoundCallsComeInPieces) {
  ToolCallParser parser(ToolFormat::kGemma3, {"weather"}, 7);
  parser.give_pieces(ToolCallParser::Pieces::kMarked);
  EXPECT_TRUE(parser.push(R"({"name": "weather", "parameters": {"city": "Oslo")").pieces.empty());
  ToolCallParser unknown(ToolFormat::kHermes, {"weather"}, 7);
  unknown.give_pieces(ToolCallParser::Pieces::kAll);
  EXPECT_TRUE(unknown.push(R"(<tool_call>{"name": "other", "arguments": {"a": 1)").pieces.empty());
}

TEST(ToolCallParser, DeepJsonIsTextNotACrash) {
  const std::string deep = "<tool_call>" + std::string(100000, '[') + "</tool_call>";
  EXPECT_EQ(read_in_steps(ToolFormat::kHermes, deep, 4096).text, deep);
}

TEST(ToolFormat, WrittenCallsAreReadBack) {
  const std::vector<chat::ToolCall> calls = {{"", "weather", R"({"city":"Oslo"})"},
                                             {"", "time", "{}"}};
  for (const auto format : kToolFormats) {
    const Read got = read_in_steps(format, calls_text(format, calls), 5);
    EXPECT_EQ(got.text, "");
    ASSERT_EQ(got.calls.size(), 2u) << to_string(format);
    EXPECT_EQ(got.calls[0].arguments, calls[0].arguments);
  }
}

TEST(ToolFormat, ToolsAreIntroducedByNameAndSchema) {
  for (const auto format : kToolFormats) {
    const std::string text = tools_text(format, {&kWeather, 1});
    EXPECT_NE(text.find("\"name\": \"weather\""), std::string::npos);
    EXPECT_NE(text.find(kWeather.parameters), std::string::npos);
  }
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
