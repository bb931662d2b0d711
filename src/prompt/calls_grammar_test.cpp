// The grammars of tool calls, compiled by the real llguidance: whatever they allow is a call of the
// tools, without white space outside strings.
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "grammar/llguidance_grammar.h"
#include "prompt/tool_call_parser.h"
#include "support/fake_tokenizer.h"
#include "support/random_walk.h"

namespace outpost::prompt {
namespace {

using chat::ToolChoice;

constexpr std::size_t kWalks = 40;
constexpr std::size_t kStepsMax = 400;

const std::vector<chat::ToolDefinition> kTools = {
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
    const auto spec = calls_grammar(GetParam(), kTools, choice);
    EXPECT_TRUE(spec);
    Random random(20261121);
    for (std::size_t i = 0; spec && i < kWalks; ++i) {
      const auto constraint = compiler_->compile(*spec);
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

  test_support::FakeTokenizer tokenizer_;
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
  for (const std::string& text : walks(ToolChoice::kRequired)) {
    // The marks of the hermes form stand on lines of their own.
    std::string json = text;
    for (const std::string_view mark :
         {"<tool_call>\n", "\n</tool_call>\n", "\n</tool_call>", "<tool_call>", "</tool_call>"}) {
      for (auto at = json.find(mark); at != std::string::npos; at = json.find(mark)) {
        json.erase(at, mark.size());
      }
    }
    EXPECT_EQ(without_strings(json).find_first_of(" \t\r\n"), std::string::npos) << text;
  }
}

TEST_P(CallsGrammar, TextIsAllowedWhereNothingIsRequired) {
  std::size_t answers = 0;
  for (const std::string& text : walks(ToolChoice::kAuto)) answers += read(text).calls.empty();
  EXPECT_GT(answers, 0u);
}

INSTANTIATE_TEST_SUITE_P(Formats, CallsGrammar,
                         ::testing::Values(ToolFormat::kHermes, ToolFormat::kSmolLm2,
                                           ToolFormat::kGeneric),
                         [](const auto& format) { return std::string(to_string(format.param)); });

} // namespace
} // namespace outpost::prompt
