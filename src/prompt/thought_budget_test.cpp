#include <bit>

#include <gtest/gtest.h>

#include "grammar/llguidance_grammar.h"
#include "prompt/answer_grammar.h"
#include "prompt/thought_budget.h"
#include "support/fake_tokenizer.h"

namespace outpost::prompt {
namespace {

class ThoughtBudgetTest : public ::testing::Test {
protected:
  std::unique_ptr<grammar::Constraint> bound(std::uint32_t tokens, bool begins_inside,
                                             std::unique_ptr<grammar::Constraint> inner = {}) {
    return bound_thought({kThinkTags, begins_inside, tokens, {"<tool_call>"}}, tokenizer_,
                         std::move(inner));
  }
  void say(grammar::Constraint& constraint, std::string_view text) {
    const auto tokens = tokenizer_.text::Tokenizer::encode(text, text::ControlTokens::kParse);
    for (const auto token : tokens) {
      ASSERT_TRUE(constraint.accept(token)) << text;
    }
  }
  // What must come now.
  std::string forced(grammar::Constraint& constraint) {
    const auto tokens = constraint.forced_tokens();
    std::string text;
    for (const auto token : tokens.value()) text += tokenizer_.spelling(token);
    return text;
  }

  test_support::FakeTokenizer tokenizer_{{"ab"}, {"<think>", "</think>", "<eos>"}};
};

TEST_F(ThoughtBudgetTest, AThoughtEndsWhenItsTokensAreSpent) {
  const auto constraint = bound(5, false);
  say(*constraint, "<think>abcd");
  EXPECT_EQ(forced(*constraint), ""); // "ab", "c", "d"
  say(*constraint, "ab");
  const auto other = constraint->fork();
  say(*constraint, "x");
  EXPECT_EQ(forced(*constraint), "\n</think>\n\n");
  EXPECT_EQ(forced(*other), "");
  say(*constraint, "\n</think>");
  EXPECT_EQ(forced(*constraint), "\n\n");
  say(*constraint, "\n\nThe answer is longer than any thought here.");
  EXPECT_EQ(forced(*constraint), "");
  EXPECT_TRUE(constraint->may_end());
}

TEST_F(ThoughtBudgetTest, WhoEndsInTimeOrDoesNotThinkIsLeftAlone) {
  for (const char* text : {"<think>ab</think>a longer answer", "a longer answer <think> and more",
                           "<think>a<tool_call>{\"name\": \"f\"}</tool_call>"}) {
    const auto constraint = bound(3, false);
    say(*constraint, text);
    EXPECT_EQ(forced(*constraint), "") << text;
    EXPECT_FALSE(constraint->is_finished());
  }
}

TEST_F(ThoughtBudgetTest, AThoughtThatThePromptOpenedMayHaveNone) {
  const auto constraint = bound(0, true);
  EXPECT_EQ(forced(*constraint), "\n</think>\n\n");
  std::vector<std::uint32_t> mask((tokenizer_.vocabulary_size() + 31) / 32);
  ASSERT_TRUE(constraint->fill_mask(mask));
  std::size_t allowed = 0;
  for (const std::uint32_t word : mask) allowed += static_cast<std::size_t>(std::popcount(word));
  EXPECT_EQ(allowed, tokenizer_.vocabulary_size());
}

TEST_F(ThoughtBudgetTest, AGrammarBehindTheThoughtGoesOnToHold) {
  const auto compiler = *grammar::make_llguidance_compiler(tokenizer_);
  const grammar::GrammarSpec yes{.kind = grammar::GrammarSpec::Kind::kRegex, .text = "yes"};
  const auto with_thought = answer_grammar({.words = &yes, .thought = kThinkTags}, tokenizer_);
  ASSERT_TRUE(with_thought && *with_thought);
  auto inner = compiler->compile(**with_thought);
  ASSERT_TRUE(inner) << inner.error().message;
  const auto constraint = bound(2, false, *std::move(inner));
  say(*constraint, "<think>cd");
  EXPECT_EQ(forced(*constraint), "\n</think>\n\n");
  say(*constraint, "\n</think>\n\nye");
  EXPECT_FALSE(constraint->may_end());
  EXPECT_EQ(forced(*constraint), "s");

  // A grammar that knows no thoughts is not broken.
  auto words = compiler->compile({.kind = grammar::GrammarSpec::Kind::kRegex, .text = "[a-d]{9}"});
  const auto plain = bound(2, true, *std::move(words));
  say(*plain, "cdc");
  EXPECT_EQ(forced(*plain), "");
  say(*plain, "dcd");
}

} // namespace
} // namespace outpost::prompt
