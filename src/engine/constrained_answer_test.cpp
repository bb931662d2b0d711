#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "engine/constrained_answer.h"
#include "engine/testing/fake_constraint.h"
#include "engine/testing/fake_tokenizer.h"

namespace outpost::engine {
namespace {

using testing::FakeConstraint;
using testing::FakeTokenizer;
using text::TokenId;

// Counts the masks of a constraint and of all its forks.
class CountedMasks final : public grammar::Constraint {
public:
  CountedMasks(std::unique_ptr<grammar::Constraint> behind, int& count)
      : behind_(std::move(behind)), count_(count) {}
  Status fill_mask(grammar::TokenMask mask) override {
    ++count_;
    return behind_->fill_mask(mask);
  }
  Status accept(TokenId token) override { return behind_->accept(token); }
  Result<std::vector<TokenId>> forced_tokens() override { return behind_->forced_tokens(); }
  [[nodiscard]] bool is_finished() const override { return behind_->is_finished(); }
  [[nodiscard]] bool may_end() override { return behind_->may_end(); }
  [[nodiscard]] std::unique_ptr<Constraint> fork() const override {
    return std::make_unique<CountedMasks>(behind_->fork(), count_);
  }

private:
  std::unique_ptr<grammar::Constraint> behind_;
  int& count_;
};

struct Outcome {
  std::string text;
  std::uint32_t tokens = 0;
  std::uint32_t forced = 0;
  bool is_finished = false;
};

class ConstrainedAnswerTest : public ::testing::Test {
protected:
  std::unique_ptr<grammar::Constraint> constraint(const testing::Language& language) {
    return std::make_unique<FakeConstraint>(language, tokenizer_);
  }
  ConstrainedAnswer answer(const testing::Language& language, std::uint32_t budget) {
    return {constraint(language), order_, tokenizer_.vocabulary_size(), budget};
  }
  void add(const ConstrainedAnswer::Extension& extension, Outcome& outcome) {
    for (const TokenId token : extension.tokens) outcome.text += tokenizer_.bytes(token);
    outcome.tokens += static_cast<std::uint32_t>(extension.tokens.size());
    outcome.forced +=
        static_cast<std::uint32_t>(extension.tokens.size()) - (extension.is_first_chosen ? 1u : 0u);
    outcome.is_finished = extension.is_finished;
  }
  // A model that picks among what is allowed as `pick` says, and never ends by itself.
  Outcome generate(const testing::Language& language, std::uint32_t budget, auto&& pick) {
    return generate(answer(language, budget), pick);
  }
  Outcome generate(ConstrainedAnswer constrained, auto&& pick) {
    Outcome outcome;
    add(*constrained.begin(), outcome);
    while (!outcome.is_finished && constrained.budget_left() > 0) {
      const auto mask = *constrained.fill_mask();
      std::vector<TokenId> allowed;
      for (std::size_t id = 0; id < tokenizer_.vocabulary_size(); ++id) {
        if ((mask[id / 32] >> (id % 32) & 1u) != 0 && id != FakeTokenizer::kEnd) {
          allowed.push_back(static_cast<TokenId>(id));
        }
      }
      if (allowed.empty()) break;
      add(*constrained.take(pick(allowed)), outcome);
    }
    return outcome;
  }

  FakeTokenizer tokenizer_;
  ClosingOrder order_{tokenizer_};
};

// The worst model for a free string: it never closes anything.
TokenId rambling(const std::vector<TokenId>& allowed) {
  for (const TokenId token : allowed) {
    if (token >= 'a' && token <= 'z') return token;
  }
  return allowed.front();
}

TEST_F(ConstrainedAnswerTest, ForcedTextComesWithoutChoices) {
  const Outcome outcome = generate(testing::one_of({"{\"ok\":true}"}), 100, rambling);
  EXPECT_EQ(outcome.text, "{\"ok\":true}");
  EXPECT_EQ(outcome.forced, outcome.tokens);
  EXPECT_TRUE(outcome.is_finished);
}

TEST_F(ConstrainedAnswerTest, AForcedEndFollowsTheChoice) {
  const Outcome outcome = generate(testing::one_of({"yes, sir", "no, sir"}), 100, rambling);
  EXPECT_EQ(outcome.text, "no, sir");
  EXPECT_EQ(outcome.forced, outcome.tokens - 1);
}

TEST_F(ConstrainedAnswerTest, RamblingIsClosedWithinEveryBudgetThatAllowsIt) {
  const testing::Language language = testing::list_of_strings("notes");
  // {"notes":[]} in this vocabulary: the forced head, then "]" and "}".
  const std::uint32_t head = [&] {
    ConstrainedAnswer constrained = answer(language, 100);
    return static_cast<std::uint32_t>(constrained.begin()->tokens.size());
  }();
  for (std::uint32_t budget = head + 2; budget < head + 120; ++budget) {
    const Outcome outcome = generate(language, budget, rambling);
    EXPECT_TRUE(outcome.is_finished) << budget;
    EXPECT_TRUE(language.is_sentence(outcome.text)) << budget << ": " << outcome.text;
    EXPECT_LE(outcome.tokens, budget);
    if (budget > head + 10) {
      EXPECT_GT(outcome.tokens, budget - 4) << "closed long before it had to";
    }
  }
}

TEST_F(ConstrainedAnswerTest, AnyModelIsClosed) {
  Random random(5);
  for (int round = 0; round < 60; ++round) {
    const testing::Language language = testing::list_of_strings("k", random.next_below(12));
    const std::uint32_t budget = 30 + random.next_below(60);
    const Outcome outcome = generate(language, budget, [&](const std::vector<TokenId>& allowed) {
      return allowed[random.next_below(static_cast<std::uint32_t>(allowed.size()))];
    });
    EXPECT_TRUE(outcome.is_finished);
    EXPECT_TRUE(language.is_sentence(outcome.text)) << outcome.text;
    EXPECT_LE(outcome.tokens, budget);
  }
}

TEST_F(ConstrainedAnswerTest, WithinAStringAMaskATokenIsEnough) {
  int masks = 0;
  auto counted = std::make_unique<CountedMasks>(constraint(testing::list_of_strings("k")), masks);
  const Outcome outcome =
      generate({std::move(counted), order_, tokenizer_.vocabulary_size(), 60}, rambling);
  EXPECT_TRUE(outcome.is_finished);
  EXPECT_GT(outcome.tokens, 50u);
  EXPECT_LT(masks, static_cast<int>(outcome.tokens) + 20);
}

TEST_F(ConstrainedAnswerTest, ABudgetTooSmallIsCutAndSaysSo) {
  const Outcome outcome = generate(testing::one_of({"abcdefgh"}), 3, rambling);
  EXPECT_EQ(outcome.text, "abc");
  EXPECT_EQ(outcome.tokens, 3u);
  EXPECT_FALSE(outcome.is_finished);
}

TEST_F(ConstrainedAnswerTest, ABudgetThatEndsOnASentenceIsFinished) {
  const Outcome outcome = generate(testing::one_of({"1", "11", "111", "1111"}), 2,
                                   [](const auto& allowed) { return allowed.front(); });
  EXPECT_EQ(outcome.text, "11");
  EXPECT_TRUE(outcome.is_finished);
}

TEST_F(ConstrainedAnswerTest, AnEmptyMaskIsAnError) {
  // A language with a dead end: "a" is a beginning of nothing.
  const testing::Language dead{[](std::string_view text) { return text == "a" || text.empty(); },
                               [](std::string_view) { return false; }};
  ConstrainedAnswer constrained = answer(dead, 10);
  EXPECT_EQ(constrained.begin()->tokens.size(), 1u); // "a" is forced
  const auto mask = constrained.fill_mask();
  ASSERT_FALSE(mask);
  EXPECT_EQ(mask.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(ConstrainedAnswerTest, TheWayToTheEndIsFoundOnAForkOnly) {
  const auto start = constraint(testing::list_of_strings("k"));
  GrammarCloser closer(order_, tokenizer_.vocabulary_size());
  const auto path = *closer.path(*start, 100);
  ASSERT_TRUE(path);
  std::string text;
  for (const TokenId token : *path) text += tokenizer_.bytes(token);
  EXPECT_EQ(text, "{\"k\":[]}");
  EXPECT_EQ(*closer.path(*start, static_cast<std::uint32_t>(path->size()) - 1), std::nullopt);
  EXPECT_FALSE(start->may_end()); // it was not moved
}

TEST_F(ConstrainedAnswerTest, ClosingComesBeforeEverythingElse) {
  const auto pick = [&](std::initializer_list<const char*> spellings) {
    std::vector<std::uint32_t> mask((tokenizer_.vocabulary_size() + 31) / 32, 0);
    for (const char* spelling : spellings) {
      const auto id = static_cast<std::size_t>(*tokenizer_.find(spelling));
      mask[id / 32] |= 1u << (id % 32);
    }
    return std::string(tokenizer_.spelling(*order_.pick(mask)));
  };
  EXPECT_EQ(pick({"\"", "a", "the ", "\"}", "\"}]"}), "\"}]");
  EXPECT_EQ(pick({",", "]"}), "]");
  EXPECT_EQ(pick({"\"", "a", "]", "'", ")"}), "\""); // in a string those are text
  EXPECT_EQ(pick({"]", "\"", "\"}", "1"}), "]");     // outside, a quote begins one
  EXPECT_EQ(pick({"{", "\"", "1", "null"}), "null"); // where a value begins
  EXPECT_EQ(pick({"\"", "null", "a", "z"}), "\"");   // inside a string
  EXPECT_EQ(pick({"a", "aaaa", "@"}), "@");          // a pattern's next part
  EXPECT_EQ(pick({"1", "12", "-", "{"}), "1");
  EXPECT_EQ(pick({"\\", " ", "a"}), "a");
}

TEST_F(ConstrainedAnswerTest, DraftsAreFilteredAndForcedTextComesFirst) {
  ConstrainedAnswer constrained = answer(testing::one_of({"say hello now", "say hollow"}), 20);
  ASSERT_TRUE(constrained.begin()); // "say h"
  const auto drafted = [&](std::string_view text) {
    std::string out;
    const auto proposed = tokenizer_.encode(text, text::ControlTokens::kPlain);
    for (const TokenId token : constrained.allowed(proposed)) out += tokenizer_.bytes(token);
    return out;
  };
  EXPECT_EQ(drafted("ello now"), "ello now");
  EXPECT_EQ(drafted("ellx now"), "ello now"); // what is forced, as many tokens as were proposed
  EXPECT_EQ(drafted("xello"), "");
  EXPECT_EQ(drafted(""), "");
  EXPECT_EQ(drafted("ollow"), "ollow"); // nothing had moved
}

} // namespace
} // namespace outpost::engine
