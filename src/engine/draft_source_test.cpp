#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/draft_source.h"

namespace outpost::engine {
namespace {

using ::testing::ElementsAre;
using text::TokenId;

std::vector<TokenId> counting_from(TokenId first, std::size_t count) {
  std::vector<TokenId> tokens(count);
  std::iota(tokens.begin(), tokens.end(), first);
  return tokens;
}

std::vector<TokenId> proposed(DraftSource& source, std::uint32_t count) {
  const auto tokens = source.propose(count).tokens;
  return {tokens.begin(), tokens.end()};
}

TEST(DraftSource, GoesOnAsTheTextDidBefore) {
  DraftSource source(counting_from(0, 50), 100);
  EXPECT_TRUE(proposed(source, 4).empty()); // nothing stands twice yet
  source.append(20);
  EXPECT_THAT(proposed(source, 4), ElementsAre(21, 22, 23, 24));
  source.append(21);
  EXPECT_THAT(proposed(source, 3), ElementsAre(22, 23, 24));
  source.append(1000);
  EXPECT_TRUE(proposed(source, 4).empty());
}

TEST(DraftSource, ACycleGoesOnBeyondTheEndOfTheText) {
  DraftSource source(std::vector<TokenId>{9, 1, 2, 3, 1, 2, 3}, 20);
  EXPECT_THAT(proposed(source, 8), ElementsAre(1, 2, 3, 1, 2, 3, 1, 2));
}

TEST(DraftSource, LearnsHowOftenItIsRight) {
  const auto text = counting_from(0, 200);
  DraftSource right(text, 1000), wrong(text, 1000);
  for (TokenId token = 20; token < 60; ++token) right.append(token);
  for (TokenId token = 20; token < 60; ++token) wrong.append(token * 37 % 200);
  right.append(100);
  wrong.append(100);
  const float after_right = right.propose(1).chances[0];
  const float after_wrong = wrong.propose(1).chances[0];
  EXPECT_LT(after_wrong, 0.02f);
  EXPECT_GT(after_right, after_wrong);
}

TEST(DraftSource, ALongerMatchIsSurer) {
  DraftSource source(counting_from(0, 100), 200);
  for (TokenId token = 0; token < 40; ++token) source.append(token);
  const auto chances = source.propose(8).chances;
  EXPECT_GT(chances[0], 0.8f); // 40 tokens stand before
}

TEST(DraftSource, ForgetsTheOlderHalfOfALongText) {
  const auto text = counting_from(0, kLookupTokensMax + 100);
  DraftSource source(text, kLookupTokensMax + 1000);
  source.append(50); // among the first hundred, which never were remembered
  EXPECT_TRUE(proposed(source, 2).empty());
  source.append(1000); // forgotten when the token before came
  EXPECT_TRUE(proposed(source, 2).empty());
  source.append(kLookupTokensMax);
  EXPECT_THAT(proposed(source, 2), ElementsAre(kLookupTokensMax + 1, kLookupTokensMax + 2));
}

TEST(DraftSource, AShortTextMayBeAsLongAsItsLimit) {
  DraftSource source(std::vector<TokenId>{1}, 1);
  for (int i = 0; i < 5; ++i) source.append(1);
  EXPECT_LE(proposed(source, 3).size(), 3u);
}

} // namespace
} // namespace outpost::engine
