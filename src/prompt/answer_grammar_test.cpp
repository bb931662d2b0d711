// The grammars of tool calls, compiled by the real llguidance: whatever they allow is a call of the
// tools, without white space outside strings.
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "grammar/llguidance_grammar.h"
#include "prompt/answer_grammar.h"
#include "prompt/tool_call_parser.h"
#include "support/fake_tokenizer.h"
#include "support/random_walk.h"

namespace outpost::prompt {
namespace {

using chat::ToolChoice;

constexpr std::size_t kWalks = 40;
constexpr std::size_t kStepsMax = 400;

const std::vector<chat::ToolDefinition> kShopTools = {
    {"move", "moves",
     R"({"type":"object","properties":{"to":{"enum":["left","right"]},"steps":{"type":"integer"}},
         "required":["to"],"additionalProperties":false})"},
    {"stop", "stops \"now\"", R"({"type":"object","additionalProperties":false})"}};

std::string without_strings(std::string_view json) {
  std::string out;
  bool inside = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (inside && json[i] == '\\') {
      ++i;
    } else if (json[i] == '"') {
      inside = !inside;
    } else if (!inside) {
      out += json[i];
    }
  }
  return out;
}

class CallsGrammar : public ::testing::TestWithParam<ToolFormat> {
protected:
  // Texts that the grammar allows, from random walks; those that ended only.
  std::vector<std::string> walks(ToolChoice choice) {
    std::vector<std::string> texts;
    const auto spec = answer_grammar(
        {.format = GetParam(), .tools = kShopTools, .must_call = choice == ToolChoice::kRequired},
        tokenizer_);
    EXPECT_TRUE(spec);
    Random random(20261121);
    for (std::size_t i = 0; spec && *spec && i < kWalks; ++i) {
      const auto constraint = compiler_->compile(**spec);
      if (!constraint) {
        ADD_FAILURE() << constraint.error().message;
        break;
      }
      const auto walk = test_support::random_walk(**constraint, tokenizer_, random, kStepsMax);
      EXPECT_TRUE(walk) << walk.error().message;
      if (walk && walk->is_finished) texts.push_back(walk->text);
    }
    return texts;
  }
  ToolCallParser::Piece read(const std::string& text) const {
    ToolCallParser parser(GetParam(), {"move", "stop"}, 1);
    ToolCallParser::Piece whole = parser.push(text);
    ToolCallParser::Piece rest = parser.finish();
    whole.text += rest.text;
    whole.calls.insert(whole.calls.end(), rest.calls.begin(), rest.calls.end());
    return whole;
  }

  // Some marks are control tokens, as in the files of these families.
  test_support::FakeTokenizer tokenizer_{
      {"{\"", "\":", "\"}", "name", "move", "stop"},
      {"[TOOL_CALLS]", "<|tool_call_start|>", "<|tool_call_end|>", "<think>", "</think>", "<eos>"}};
  std::unique_ptr<grammar::GrammarCompiler> compiler_ =
      grammar::make_llguidance_compiler(tokenizer_).value();
};

TEST_P(CallsGrammar, WhatIsRequiredIsCallsAndNothingElse) {
  const auto texts = walks(ToolChoice::kRequired);
  EXPECT_GT(texts.size(), kWalks / 2);
  for (const std::string& text : texts) {
    const auto piece = read(text);
    EXPECT_EQ(piece.text, "") << text;
    EXPECT_FALSE(piece.calls.empty()) << text;
    for (const auto& call : piece.calls) {
      const auto arguments = boost::json::parse(call.arguments).as_object();
      if (call.name == "move") {
        EXPECT_TRUE(arguments.at("to") == "left" || arguments.at("to") == "right") << text;
      } else {
        EXPECT_EQ(call.name, "stop") << text;
        EXPECT_TRUE(arguments.empty()) << text;
      }
    }
  }
}

TEST_P(CallsGrammar, NoWhiteSpaceOutsideStrings) {
  const bool is_json = GetParam() != ToolFormat::kLfm2 && GetParam() != ToolFormat::kDeepSeek;
  if (!is_json) GTEST_SKIP() << "white space belongs to this form";
  for (const std::string& text : walks(ToolChoice::kRequired)) {
    // The marks of the hermes form stand on lines of their own.
    std::string json = text;
    for (const std::string_view mark : {"<tool_call>\n", "\n</tool_call>\n", "\n</tool_call>",
                                        "<tool_call>", "</tool_call>", "[TOOL_CALLS] ", ", "}) {
      for (auto at = json.find(mark); at != std::string::npos; at = json.find(mark)) {
        json.erase(at, mark.size());
      }
    }
    EXPECT_EQ(without_strings(json).find_first_of(" \t\r\n"), std::string::npos) << text;
  }
}

TEST_P(CallsGrammar, TextIsAllowedWhereNothingIsRequired) {
  const auto texts = walks(ToolChoice::kAuto);
  std::size_t answers = 0;
  for (const std::string& text : texts) answers += read(text).calls.empty();
  EXPECT_TRUE(texts.empty() || answers > 0u);
}

TEST_P(CallsGrammar, WithASchemaAnAnswerIsCallsOrThatJson) {
  grammar::GrammarSpec words;
  words.text =
      R"({"type":"object","properties":{"mood":{"enum":["good","bad"]}},"required":["mood"],"additionalProperties":false})";
  const auto spec =
      answer_grammar({.format = GetParam(), .tools = kShopTools, .words = &words}, tokenizer_);
  ASSERT_TRUE(spec && *spec);
  Random random(7);
  std::size_t answers = 0, calls = 0;
  for (std::size_t i = 0; i < kWalks; ++i) {
    const auto constraint = compiler_->compile(**spec);
    ASSERT_TRUE(constraint) << constraint.error().message;
    const auto walk = test_support::random_walk(**constraint, tokenizer_, random, kStepsMax);
    ASSERT_TRUE(walk) << walk.error().message;
    if (!walk->is_finished) continue;
    const auto piece = read(walk->text);
    if (piece.calls.empty() && GetParam() == ToolFormat::kSmolLm2 && piece.text.empty()) continue;
    calls += !piece.calls.empty();
    if (!piece.calls.empty()) continue;
    ++answers;
    EXPECT_TRUE(boost::json::parse(piece.text).as_object().contains("mood")) << walk->text;
  }
  EXPECT_GT(answers, 0u);
  EXPECT_GT(calls, 0u);
}

TEST_P(CallsGrammar, AThoughtMayComeFirst) {
  const auto spec = answer_grammar({.format = GetParam(),
                                    .tools = kShopTools,
                                    .must_call = true,
                                    .thought = kThinkTags,
                                    .is_in_thought = true},
                                   tokenizer_);
  ASSERT_TRUE(spec && *spec);
  const auto constraint = compiler_->compile(**spec);
  ASSERT_TRUE(constraint) << constraint.error().message << (*spec)->text;
  const std::string thought = "I shall move.</think>\n\n";
  std::vector<text::TokenId> tokens;
  tokenizer_.encode(thought, text::ControlTokens::kParse, false, tokens);
  for (const text::TokenId token : tokens) ASSERT_TRUE((*constraint)->accept(token));
  EXPECT_FALSE((*constraint)->may_end());
}

TEST(AnswerGrammar, RefusesWhatCannotBeBound) {
  const test_support::FakeTokenizer tokenizer;
  const std::vector<chat::ToolDefinition> bad = {{"x", "", "[1]"}};
  for (const ToolFormat format : kToolFormats) {
    const auto refused =
        answer_grammar({.format = format, .tools = bad, .must_call = true}, tokenizer);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_FALSE(answer_grammar({.format = format, .must_call = true}, tokenizer));
  }
  grammar::GrammarSpec own;
  own.kind = grammar::GrammarSpec::Kind::kLark;
  own.text = "start: \"a\"";
  const auto alone = answer_grammar({.tools = kShopTools, .words = &own}, tokenizer);
  ASSERT_TRUE(alone && *alone);
  EXPECT_EQ((*alone)->text, own.text);
  EXPECT_EQ(answer_grammar(
                {.tools = kShopTools, .must_call = false, .words = &own, .thought = kThinkTags},
                tokenizer)
                .error()
                .code,
            ErrorCode::kUnsupported);
}

INSTANTIATE_TEST_SUITE_P(Formats, CallsGrammar, ::testing::ValuesIn(kToolFormats),
                         [](const auto& format) { return std::string(to_string(format.param)); });

} // namespace
} // namespace outpost::prompt
