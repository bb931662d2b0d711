#include <thread>

#include <gtest/gtest.h>

#include "grammar/llguidance_grammar.h"
#include "support/fake_tokenizer.h"
#include "support/random_walk.h"

namespace outpost::grammar {
namespace {

using test_support::FakeTokenizer;
using test_support::random_walk;
using text::ControlTokens;
using text::TokenId;

class LlguidanceTest : public testing::Test {
protected:
  LlguidanceTest() {
    auto compiler = make_llguidance_compiler(tokenizer_);
    if (compiler) compiler_ = std::move(*compiler);
  }
  void SetUp() override { ASSERT_NE(compiler_, nullptr); }

  Result<std::unique_ptr<Constraint>> compile(GrammarSpec::Kind kind, std::string text) {
    GrammarSpec spec;
    spec.kind = kind;
    spec.text = std::move(text);
    return compiler_->compile(spec);
  }
  std::unique_ptr<Constraint> regex(std::string text) {
    return compile(GrammarSpec::Kind::kRegex, std::move(text)).value();
  }
  std::unique_ptr<Constraint> schema(std::string text) {
    return compile(GrammarSpec::Kind::kJsonSchema, std::move(text)).value();
  }
  // The allowed tokens, by their bytes; end tokens as "<end>".
  std::vector<std::string> allowed(Constraint& constraint) {
    std::vector<std::uint32_t> mask((tokenizer_.vocabulary_size() + 31) / 32);
    EXPECT_TRUE(constraint.fill_mask(mask));
    std::vector<std::string> out;
    for (std::size_t id = 0; id < tokenizer_.vocabulary_size(); ++id) {
      if ((mask[id / 32] >> (id % 32) & 1) == 0) continue;
      const auto token = static_cast<TokenId>(id);
      out.emplace_back(token == tokenizer_.eos() ? "<end>" : tokenizer_.spelling(token));
    }
    return out;
  }
  Status accept(Constraint& constraint, std::string_view text) {
    std::vector<TokenId> tokens;
    tokenizer_.encode(text, ControlTokens::kParse, false, tokens);
    for (const TokenId token : tokens) OUTPOST_CHECK(constraint.accept(token));
    return {};
  }
  std::string forced(Constraint& constraint) {
    std::string out;
    const auto tokens = constraint.forced_tokens().value();
    for (const TokenId token : tokens) {
      out += "[" + std::string(tokenizer_.spelling(token)) + "]";
    }
    return out;
  }

  FakeTokenizer tokenizer_;
  std::unique_ptr<GrammarCompiler> compiler_;
};

using Texts = std::vector<std::string>;

TEST_F(LlguidanceTest, MaskHoldsWhatMayFollow) {
  const auto constraint = regex("(true|tea)s?");
  EXPECT_EQ(allowed(*constraint), (Texts{"t", "true"}));
  ASSERT_TRUE(accept(*constraint, "true"));
  EXPECT_TRUE(constraint->may_end());
  EXPECT_FALSE(constraint->is_finished());
  EXPECT_EQ(allowed(*constraint), (Texts{"s", "<end>"}));
  ASSERT_TRUE(accept(*constraint, "s"));
  EXPECT_TRUE(constraint->is_finished());
  EXPECT_EQ(allowed(*constraint), Texts{"<end>"});
  EXPECT_TRUE(constraint->accept(*tokenizer_.eos()));
}

TEST_F(LlguidanceTest, ForcesCanonicalTokens) {
  const auto constraint = schema(R"({"const":{"name":true}})");
  EXPECT_EQ(forced(*constraint), "[{\"][name][\":][true][}]");
  EXPECT_EQ(forced(*constraint), "[{\"][name][\":][true][}]"); // asking moves nothing
  ASSERT_TRUE(accept(*constraint, "{\"name\":true}"));
  EXPECT_TRUE(constraint->is_finished());
  EXPECT_EQ(forced(*constraint), "");
}

TEST_F(LlguidanceTest, DisallowedTokenFailsForGood) {
  const auto constraint = regex("[0-9]+");
  EXPECT_FALSE(accept(*constraint, "x"));
  std::vector<std::uint32_t> mask((tokenizer_.vocabulary_size() + 31) / 32);
  EXPECT_FALSE(constraint->fill_mask(mask));
  EXPECT_FALSE(constraint->forced_tokens());
  EXPECT_FALSE(constraint->may_end());
  EXPECT_FALSE(constraint->is_finished());
  EXPECT_FALSE(regex("a")->accept(-1));
  EXPECT_FALSE(regex("a")->accept(100'000));
}

TEST_F(LlguidanceTest, ForksGoTheirOwnWays) {
  const auto constraint = regex("(ab|ac)d");
  ASSERT_TRUE(accept(*constraint, "a"));
  const auto fork = constraint->fork();
  ASSERT_TRUE(accept(*fork, "c"));
  EXPECT_EQ(allowed(*constraint), (Texts{"b", "c"}));
  ASSERT_TRUE(accept(*constraint, "b"));
  EXPECT_EQ(forced(*constraint), "[d]");
  EXPECT_EQ(forced(*fork), "[d]");
}

TEST_F(LlguidanceTest, CompilingTheSameAgainBeginsAgain) {
  const auto first = regex("abc");
  ASSERT_TRUE(accept(*first, "ab"));
  EXPECT_EQ(forced(*regex("abc")), "[a][b][c]");
  EXPECT_EQ(forced(*first), "[c]");
}

TEST_F(LlguidanceTest, LarkNamesControlTokens) {
  const auto constraint =
      compile(GrammarSpec::Kind::kLark, "start: \"hi\" <|im_start|> /[a-z]/").value();
  ASSERT_TRUE(accept(*constraint, "hi"));
  EXPECT_EQ(allowed(*constraint), Texts{"<|im_start|>"});
  ASSERT_TRUE(accept(*constraint, "<|im_start|>a"));
  EXPECT_TRUE(constraint->is_finished());
}

TEST_F(LlguidanceTest, SchemasInsideLarkAreCompactAndStrict) {
  GrammarSpec spec;
  spec.kind = GrammarSpec::Kind::kLark;
  spec.text = R"(start: "<" body
body: %json {"type": "array", "items": {"type": "null"}, "minItems": 1})";
  const auto compact = compiler_->compile(spec).value();
  ASSERT_TRUE(accept(*compact, "<["));
  EXPECT_EQ(allowed(*compact), Texts{"null"}); // no space
  spec.allow_whitespace = true;
  const auto spaced = compiler_->compile(spec).value();
  ASSERT_TRUE(accept(*spaced, "<[ "));
  // What llguidance doesn't support is refused, not dropped, whatever the schema says of that.
  EXPECT_FALSE(
      compile(GrammarSpec::Kind::kLark,
              R"(start: %json {"not": {"type": "null"}, "x-guidance": {"lenient": true}})"));
}

TEST_F(LlguidanceTest, TextNeverBecomesAControlToken) {
  const auto constraint = regex("<\\|im_start\\|>");
  EXPECT_EQ(forced(*constraint), "[<][|][i][m][_][s][t][a][r][t][|][>]");
}

TEST_F(LlguidanceTest, WhiteSpaceOnlyWhereAsked) {
  const std::string text =
      R"({"type":"object","properties":{"a":{"type":"boolean"}},"required":["a"],)"
      R"("additionalProperties":false})";
  const auto compact = schema(text);
  EXPECT_EQ(forced(*compact), "[{\"][a][\":]");
  EXPECT_FALSE(accept(*compact, "{ "));
  GrammarSpec spec;
  spec.text = text;
  spec.allow_whitespace = true;
  const auto spaced = compiler_->compile(spec).value();
  EXPECT_TRUE(accept(*spaced, "{ \"a\" : true }"));
}

// What the grammar library would take as its own options must not loosen a constraint.
TEST_F(LlguidanceTest, OptionsInsideTheSchemaAreIgnored) {
  const auto constraint = schema(
      R"({"x-guidance":{"whitespace_flexible":true,"lenient":true},"type":"array","maxItems":0})");
  EXPECT_EQ(allowed(*constraint), Texts{"["});
  ASSERT_TRUE(accept(*constraint, "["));
  EXPECT_EQ(allowed(*constraint), Texts{"]"});
  EXPECT_FALSE(compile(GrammarSpec::Kind::kJsonSchema,
                       R"({"x-guidance":{"lenient":true},"not":{"type":"string"}})"));
}

TEST_F(LlguidanceTest, SchemasTrueAndObjectAllowAnyJson) {
  for (const std::string text : {"true", "{}"}) {
    const auto constraint = schema(text);
    EXPECT_TRUE(accept(*constraint, R"([1,{"a":null},"x"])")) << text;
    EXPECT_TRUE(constraint->may_end());
  }
}

TEST_F(LlguidanceTest, StepWorkIsBounded) {
  Limits limits;
  limits.step_work_max = 50;
  const auto compiler = make_llguidance_compiler(tokenizer_, limits).value();
  GrammarSpec spec;
  spec.kind = GrammarSpec::Kind::kRegex;
  spec.text = "(a|b)*a(a|b){12}";
  auto constraint = compiler->compile(spec);
  Random random(3);
  const bool refused = !constraint || !random_walk(**constraint, tokenizer_, random, 200, 0.0);
  EXPECT_TRUE(refused);
}

TEST_F(LlguidanceTest, LongForcedTextComesInPieces) {
  const auto constraint = regex("(a{100}){50}");
  const auto piece = constraint->forced_tokens().value();
  EXPECT_EQ(piece.size(), Limits{}.forced_tokens_max);
  for (const TokenId token : piece) ASSERT_TRUE(constraint->accept(token));
  EXPECT_EQ(constraint->forced_tokens().value().size(), Limits{}.forced_tokens_max);
}

TEST_F(LlguidanceTest, NeedsAnEndToken) {
  class Endless final : public FakeTokenizer {
  public:
    Endless() { end_tokens_.clear(); }
  };
  const Endless endless;
  const auto compiler = make_llguidance_compiler(endless);
  ASSERT_FALSE(compiler);
  EXPECT_EQ(compiler.error().code, ErrorCode::kInvalidArgument);
}

TEST_F(LlguidanceTest, ThreadsCompileTogether) {
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t, &right] {
      for (int i = 0; i < 40; ++i) {
        const std::string word = "w" + std::to_string((i + t) % 7);
        GrammarSpec spec;
        spec.kind = GrammarSpec::Kind::kRegex;
        spec.text = word;
        const auto constraint = compiler_->compile(spec);
        if (constraint && forced(**constraint) == "[w][" + word.substr(1) + "]") ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 160);
}

} // namespace
} // namespace outpost::grammar
