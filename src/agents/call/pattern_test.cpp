#include <gtest/gtest.h>

#include "agents/call/pattern.h"
#include "base/random.h"

namespace outpost::agents {
namespace {

Pattern pattern(std::string_view text) {
  auto compiled = Pattern::compile(text);
  EXPECT_TRUE(compiled) << compiled.error().message;
  return *std::move(compiled);
}

TEST(Pattern, MatchesTheWholeValue) {
  EXPECT_TRUE(pattern(R"(A-\d{5})").matches("A-20417"));
  EXPECT_FALSE(pattern(R"(A-\d{5})").matches("A-204170"));
  EXPECT_FALSE(pattern(R"(A-\d{5})").matches(" A-20417"));
  EXPECT_TRUE(pattern("(ab|c)*d?").matches("abcabd"));
  EXPECT_TRUE(pattern("(ab|c)*d?").matches(""));
  EXPECT_TRUE(pattern("[^a-c]+").matches("xyz"));
  EXPECT_FALSE(pattern("[^a-c]+").matches("xaz"));
  EXPECT_TRUE(pattern("x{2,}").matches("xxxx"));
  EXPECT_FALSE(pattern("x{2,3}").matches("xxxx"));
  EXPECT_TRUE(pattern(R"(\w+\.\w+)").matches("a.b"));
  EXPECT_TRUE(pattern("[a-]+").matches("-a"));
}

TEST(Pattern, TakesTimeBoundedByItsSize) {
  // Ends a backtracking matcher.
  const Pattern nested = pattern("(a*)*(a*)*b");
  EXPECT_FALSE(nested.matches(std::string(20'000, 'a')));
}

TEST(Pattern, SaysWhatIsWrong) {
  for (const char* text :
       {"(", "a)", "[a", "a{2", "a{3,2}", "*a", "a{5000}", R"(\q)", "[z-a]", "(?=a)"}) {
    const auto compiled = Pattern::compile(text);
    ASSERT_FALSE(compiled) << text;
    EXPECT_EQ(compiled.error().code, ErrorCode::kInvalidArgument) << text;
  }
  EXPECT_FALSE(Pattern::compile(std::string(100, '(')));
  EXPECT_EQ(Pattern::compile("(((a{99}){99}){99})").error().code, ErrorCode::kLimitExceeded);
}

TEST(Pattern, ReadsLooselyWrittenValues) {
  const Pattern order = pattern(R"(A-\d{5})");
  for (const char* written :
       {"A-20417", "a20417", "A 20417", "a-20417", "A_20417", "A/20 417", "#A20417"}) {
    const auto reading = order.read_loosely(written);
    ASSERT_TRUE(reading) << written;
    EXPECT_EQ(reading->value, "A-20417");
    EXPECT_EQ(reading->liberties, 0) << written;
  }
  EXPECT_EQ(order.read_loosely("20417")->liberties, 1);
  EXPECT_EQ(order.read_loosely("A2O4l7")->value, "A-20417");
  EXPECT_EQ(order.read_loosely("2041"), std::nullopt);
  EXPECT_EQ(order.read_loosely("B-20417"), std::nullopt);
  EXPECT_EQ(pattern(R"([A-Z]+\d\d)").read_loosely("spring 15")->value, "SPRING15");
  EXPECT_EQ(pattern("-*a").read_loosely("a")->value,
            "a"); // ends, though '-' could be put in for ever
}

// Whatever is read loosely is a value of the pattern; what is a value is read as itself.
TEST(Pattern, LooseReadingsHold) {
  const Pattern order = pattern(R"([A-C]{1,2}-?\d{2,4}(/[xyz])?)");
  Random random(1);
  const std::string_view alphabet = "aAbB12 0-/xO";
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::uint32_t n = random.next_below(9); n > 0; --n) {
      text += alphabet[random.next_below(static_cast<std::uint32_t>(alphabet.size()))];
    }
    const auto reading = order.read_loosely(text);
    const bool read_exactly = reading && reading->liberties == 0;
    EXPECT_TRUE(!reading || order.matches(reading->value)) << text;
    EXPECT_TRUE(!order.matches(text) || read_exactly) << text;
  }
}

} // namespace
} // namespace outpost::agents
