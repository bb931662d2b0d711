#include <gtest/gtest.h>

#include "grammar/spec_check.h"

namespace outpost::grammar {
namespace {

Status check(GrammarSpec::Kind kind, std::string text, const Limits& limits = {}) {
  GrammarSpec spec;
  spec.kind = kind;
  spec.text = std::move(text);
  return check_spec(spec, limits);
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(SpecCheck, CountsNestingOutsideStringsOnly) {
  Limits limits;
  limits.nesting_max = 3;
  EXPECT_TRUE(check(GrammarSpec::Kind::kJsonSchema, R"({"a":[{"b":"[[[[\"{{{{"}]})", limits));
  const Status deep = check(GrammarSpec::Kind::kJsonSchema, R"({"a":[{"b":[1]}]})", limits);
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, ErrorCode::kLimitExceeded);
  EXPECT_NE(deep.error().message.find("4 levels of nesting, the limit is 3"), std::string::npos);
}

TEST(SpecCheck, RefusesDepthInEveryKind) {
  EXPECT_FALSE(check(GrammarSpec::Kind::kJsonSchema, repeated("[", 60'000)));
  EXPECT_FALSE(check(GrammarSpec::Kind::kRegex, repeated("(", 60'000)));
  EXPECT_FALSE(check(GrammarSpec::Kind::kLark, "start: " + repeated("(", 60'000)));
  // Stray closing brackets don't buy more opening ones.
  EXPECT_FALSE(check(GrammarSpec::Kind::kRegex, repeated(")", 500) + repeated("(", 500)));
}

TEST(SpecCheck, RefusesSizeAndCounts) {
  EXPECT_FALSE(check(GrammarSpec::Kind::kRegex, ""));
  EXPECT_FALSE(check(GrammarSpec::Kind::kRegex, repeated("a", 300'000)));
  EXPECT_FALSE(
      check(GrammarSpec::Kind::kJsonSchema, "{\"enum\":[" + repeated("1,", 30'000) + "1]}"));
  EXPECT_FALSE(check(GrammarSpec::Kind::kLark, repeated("a: b\n", 5'000)));
  EXPECT_TRUE(check(GrammarSpec::Kind::kLark, "start: \"a:b:c\" word\nword: /[a-z]+/\n"));
}

} // namespace
} // namespace outpost::grammar
