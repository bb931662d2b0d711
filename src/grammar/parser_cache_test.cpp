#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "grammar/parser_cache.h"

namespace outpost::grammar {
namespace {

constexpr auto kKind = OUTPOST_GRAMMAR_REGEX;

void tokenize(void*, outpost_bytes bytes, outpost_token_sink sink) noexcept {
  const std::vector<std::uint32_t> ids(bytes.data, bytes.data + bytes.size);
  sink.append(sink.context, ids.data(), ids.size());
}

// A token for each ASCII character; the last ends a text.
VocabularyHandle characters() {
  static constexpr auto kCharacters = [] {
    std::array<std::uint8_t, 128> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
    return all;
  }();
  std::vector<outpost_bytes> tokens;
  for (const std::uint8_t& character : kCharacters) tokens.push_back({&character, 1});
  std::vector<std::uint8_t> is_control(tokens.size(), 0);
  is_control.back() = 1;
  const std::uint32_t end = 127;
  outpost_vocabulary_spec spec{};
  spec.tokens = tokens.data();
  spec.is_control = is_control.data();
  spec.token_count = tokens.size();
  spec.end_tokens = &end;
  spec.end_token_count = 1;
  spec.tokenize = tokenize;
  const outpost_grammar_limits limits{10'000, 10'000, 500'000, 100'000, 10'000};
  outpost_vocabulary* made = nullptr;
  const Status status = bridge_status(
      [&](outpost_text** error) { return outpost_vocabulary_new(&spec, &limits, &made, error); });
  EXPECT_TRUE(status);
  return VocabularyHandle(made);
}

class ParserCacheTest : public ::testing::Test {
protected:
  ParserHandle compile(std::string_view text) {
    outpost_parser* made = nullptr;
    const Status status = bridge_status([&](outpost_text** error) {
      return outpost_parser_new(vocabulary_.get(), kKind, to_bytes(text), &made, error);
    });
    EXPECT_TRUE(status);
    return ParserHandle(made);
  }
  void keep(ParserCache& cache, std::string_view text) {
    ASSERT_TRUE(cache.keep(kKind, text, *compile(text)));
  }
  static bool has(ParserCache& cache, std::string_view text) {
    const auto found = cache.find(kKind, text);
    EXPECT_TRUE(found);
    return *found != nullptr;
  }

  VocabularyHandle vocabulary_ = characters();
};

TEST_F(ParserCacheTest, KeepsThoseUsedLast) {
  ParserCache cache(2, 64u << 20);
  keep(cache, "a+");
  keep(cache, "b+");
  EXPECT_TRUE(has(cache, "a+"));
  keep(cache, "c+");
  EXPECT_TRUE(has(cache, "a+"));
  EXPECT_FALSE(has(cache, "b+"));
  EXPECT_TRUE(has(cache, "c+"));
  EXPECT_FALSE(*cache.find(OUTPOST_GRAMMAR_LARK, "c+")); // the kind is part of it
}

TEST_F(ParserCacheTest, StaysWithinItsBytes) {
  ParserCache measure(2, 64u << 20);
  keep(measure, "a+");
  const std::size_t one = measure.bytes();
  EXPECT_GT(one, 0u);
  ParserCache cache(100, 3 * one + one / 2);
  for (const char* text : {"a+", "b+", "c+", "d+"}) {
    keep(cache, text);
    EXPECT_LE(cache.bytes(), 3 * one + one / 2);
  }
  EXPECT_FALSE(has(cache, "a+"));
  EXPECT_TRUE(has(cache, "b+"));
  EXPECT_TRUE(has(cache, "d+"));
}

TEST_F(ParserCacheTest, LargeOnesCountForMoreAndTheLargestAreNotKept) {
  ParserCache small(100, 64u << 20), large(100, 64u << 20);
  keep(small, "a+");
  keep(large, "(abc|[a-f]{3,20}|x[0-9]{1,9}y){5,40}");
  EXPECT_GT(large.bytes(), small.bytes());
  ParserCache tiny(100, small.bytes() - 1);
  keep(tiny, "a+");
  EXPECT_FALSE(has(tiny, "a+"));
  EXPECT_EQ(tiny.bytes(), 0u);
}

} // namespace
} // namespace outpost::grammar
