#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.h"
#include "engine/suffix_automaton.h"

namespace outpost::engine {
namespace {

using text::TokenId;

bool ends_alike(const std::vector<TokenId>& text, std::size_t end, std::size_t length) {
  return std::equal(text.end() - static_cast<std::ptrdiff_t>(length), text.end(),
                    text.begin() + static_cast<std::ptrdiff_t>(end - length));
}

// The plain search: how much of the text's end stands before, at the best of all places.
std::uint32_t longest_by_search(const std::vector<TokenId>& text) {
  std::size_t longest = 0;
  for (std::size_t end = 1; end < text.size(); ++end) {
    while (longest < end && ends_alike(text, end, longest + 1)) ++longest;
  }
  return static_cast<std::uint32_t>(longest);
}

void expect_repeat_of(const SuffixAutomaton& automaton, const std::vector<TokenId>& text) {
  const auto repeat = automaton.longest_repeat();
  const std::uint32_t expected = longest_by_search(text);
  ASSERT_EQ(repeat ? repeat->length : 0, expected) << "after " << text.size() << " tokens";
  if (!repeat) return;
  ASSERT_LT(repeat->end, text.size());
  ASSERT_LE(repeat->length, repeat->end);
  ASSERT_TRUE(ends_alike(text, repeat->end, repeat->length)) << "after " << text.size();
}

// Random tokens of a small alphabet with copies of earlier parts, as edits of a file have them.
std::vector<TokenId> random_text(std::uint64_t seed, std::uint32_t alphabet, std::size_t length) {
  Random random(seed);
  std::vector<TokenId> text;
  while (text.size() < length) {
    const std::size_t begin =
        text.empty() ? 0 : random.next_below(static_cast<std::uint32_t>(text.size()));
    const std::size_t copied = random.next_below(4) == 0 ? random.next_below(40) : 0;
    for (std::size_t i = begin; i < std::min(text.size(), begin + copied); ++i) {
      text.push_back(text[i]);
    }
    text.push_back(static_cast<TokenId>(random.next_below(alphabet)));
  }
  text.resize(length);
  return text;
}

TEST(SuffixAutomaton, FindsWhatAPlainSearchFinds) {
  for (const std::uint32_t alphabet : {1u, 2u, 3u, 20u, 150'000u}) {
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
      SCOPED_TRACE(::testing::Message() << "alphabet " << alphabet << ", seed " << seed);
      const std::vector<TokenId> text = random_text(seed, alphabet, 400);
      SuffixAutomaton automaton(400);
      std::vector<TokenId> so_far;
      for (const TokenId token : text) {
        automaton.append(token);
        so_far.push_back(token);
        ASSERT_NO_FATAL_FAILURE(expect_repeat_of(automaton, so_far));
      }
    }
  }
}

TEST(SuffixAutomaton, PrefersThePlaceSeenLast) {
  SuffixAutomaton automaton(16);
  for (const TokenId token : {1, 2, 7, 1, 2, 8, 1, 2}) automaton.append(token);
  const auto repeat = automaton.longest_repeat();
  ASSERT_TRUE(repeat);
  EXPECT_EQ(repeat->length, 2u);
  EXPECT_EQ(repeat->end, 5u); // before the 8
}

TEST(SuffixAutomaton, BeginsAnewWhenCleared) {
  SuffixAutomaton automaton(4);
  EXPECT_FALSE(automaton.longest_repeat());
  for (int round = 0; round < 3; ++round) {
    for (const TokenId token : {5, 6, 5}) automaton.append(token);
    ASSERT_TRUE(automaton.longest_repeat());
    EXPECT_EQ(automaton.longest_repeat()->end, 1u);
    automaton.clear();
    EXPECT_FALSE(automaton.longest_repeat());
    EXPECT_EQ(automaton.size(), 0u);
  }
}

} // namespace
} // namespace outpost::engine
