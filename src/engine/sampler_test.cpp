#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/sampler.h"
#include "engine/sampling.h"
#include "kernels/kernels.h"

namespace outpost::engine {
namespace {

using chat::Sampling;
constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

Sampling plain(float temperature) {
  Sampling s;
  s.temperature = temperature;
  s.top_k = 0;
  s.top_p = 1;
  s.min_p = 0;
  return s;
}

class SamplerTest : public ::testing::Test {
protected:
  std::optional<text::TokenId> choose(const std::vector<float>& logits, const Sampling& sampling,
                                      const History& history = {},
                                      std::vector<std::uint32_t> mask = {}) {
    Sampler sampler(kernels_.rows, static_cast<std::uint32_t>(logits.size()));
    return sampler.choose(logits, sampling, history, mask, random_);
  }
  std::set<text::TokenId> seen(const std::vector<float>& logits, const Sampling& sampling,
                               int draws = 400) {
    std::set<text::TokenId> tokens;
    for (int i = 0; i < draws; ++i) tokens.insert(*choose(logits, sampling));
    return tokens;
  }

  kernels::KernelTable kernels_ = *kernels::select_kernels({}, "scalar");
  Random random_{42};
};

TEST_F(SamplerTest, GreedyTakesTheFirstLargest) {
  EXPECT_EQ(choose({1, 5, 3, 5}, plain(0)), 1);
  EXPECT_EQ(choose({kNan, -kInfinity, -3}, plain(0)), 2);
}

TEST_F(SamplerTest, NothingPossibleIsNone) {
  EXPECT_EQ(choose({kNan, kNan}, plain(0)), std::nullopt);
  EXPECT_EQ(choose({kNan, -kInfinity}, plain(1)), std::nullopt);
  EXPECT_EQ(choose({1, 2}, plain(1), {}, {0u}), std::nullopt);
}

TEST_F(SamplerTest, InfiniteLogitsDoNotPoisonTheDraw) {
  EXPECT_EQ(choose({1, kInfinity, 2}, plain(1)), 1);
  EXPECT_EQ(choose({1, 1e38f, -1e38f}, plain(1e-6f)), 1);
}

TEST_F(SamplerTest, TopKKeepsTheBest) {
  Sampling s = plain(100);
  s.top_k = 2;
  EXPECT_EQ(seen({1, 4, 2, 3}, s), (std::set<text::TokenId>{1, 3}));
  s.top_k = 1000; // more than there are is off
  EXPECT_EQ(seen({1, 4, 2, 3}, s).size(), 4u);
}

TEST_F(SamplerTest, TiesAtTheEdgeGoToSmallerIds) {
  Sampling s = plain(1);
  s.top_k = 2;
  EXPECT_EQ(seen({7, 7, 7, 7}, s), (std::set<text::TokenId>{0, 1}));
}

TEST_F(SamplerTest, TopPKeepsTheSmallestSetThatReachesIt) {
  const std::vector<float> logits = {std::log(0.5f), std::log(0.3f), std::log(0.15f),
                                     std::log(0.05f)};
  Sampling s = plain(100); // the temperature comes after the cut
  s.top_p = 0.79f;
  EXPECT_EQ(seen(logits, s), (std::set<text::TokenId>{0, 1}));
  s.top_p = 0.81f;
  EXPECT_EQ(seen(logits, s), (std::set<text::TokenId>{0, 1, 2}));
  s.top_p = 0;
  EXPECT_EQ(seen(logits, s), (std::set<text::TokenId>{0}));
}

TEST_F(SamplerTest, TopPOfAWideFlatRowIsExact) {
  const std::vector<float> logits(5000, 0.0f); // beyond the first sorted front, and the second
  Sampling s = plain(1);
  s.top_p = 0.5f;
  Candidates candidates(logits.size());
  candidates.take_all(logits);
  candidates.keep_top_p(s.top_p);
  ASSERT_EQ(candidates.all().size(), 2500u);
  for (std::size_t i = 0; i < 2500; ++i) {
    EXPECT_EQ(candidates.all()[i].token, static_cast<text::TokenId>(i));
  }
}

TEST_F(SamplerTest, MinPIsRelativeToTheBest) {
  Sampling s = plain(100);
  s.min_p = 0.5f;
  EXPECT_EQ(seen({std::log(1.0f), std::log(0.51f), std::log(0.49f)}, s),
            (std::set<text::TokenId>{0, 1}));
}

TEST_F(SamplerTest, DrawsFollowTheProbabilities) {
  const std::vector<float> logits = {std::log(0.6f), std::log(0.3f), std::log(0.1f)};
  std::vector<int> counts(3, 0);
  constexpr int kDraws = 20000;
  for (int i = 0; i < kDraws; ++i) ++counts[static_cast<std::size_t>(*choose(logits, plain(1)))];
  // Five standard deviations.
  EXPECT_NEAR(counts[0], 0.6 * kDraws, 350);
  EXPECT_NEAR(counts[1], 0.3 * kDraws, 325);
  EXPECT_NEAR(counts[2], 0.1 * kDraws, 215);
}

TEST_F(SamplerTest, TheMaskDecidesWhatIsPossible) {
  const std::vector<float> logits(70, 0.0f);
  std::vector<std::uint32_t> mask = {0, 0, 1u << 5 | 1u << 3};
  for (int i = 0; i < 50; ++i) {
    const auto token = choose(logits, plain(1), {}, mask);
    EXPECT_TRUE(token == 67 || token == 69);
  }
  EXPECT_EQ(choose(logits, plain(0), {}, mask), 67);
}

TEST_F(SamplerTest, LogitBias) {
  Sampling s = plain(0);
  s.logit_bias = {{2, 10.0f}, {1, -1000.0f}};
  EXPECT_EQ(choose({1, 5, 0}, s), 2);
}

TEST_F(SamplerTest, PenaltiesSeeTheWindowOnly) {
  const std::vector<text::TokenId> tokens = {0, 1, 1, 2};
  const std::vector<std::uint8_t> forced = {0, 0, 0};
  const History history{tokens, 1, forced}; // 0 is prompt; 1 1 2 were said
  std::vector<float> logits = {2, 2, -2, 2};
  Sampling s;
  s.repetition_penalty = 2;
  Penalties().apply(s, history, logits);
  EXPECT_EQ(logits, (std::vector<float>{1, 1, -4, 2}));

  logits = {0, 0, 0, 0};
  s.repetition_penalty = 1;
  s.frequency_penalty = 0.5f;
  s.presence_penalty = 0.25f;
  Penalties().apply(s, history, logits);
  EXPECT_EQ(logits, (std::vector<float>{0, -1.25f, -0.75f, 0})); // not the prompt's

  logits = {0, 0, 0, 0};
  s.penalty_window = 1;
  Penalties().apply(s, history, logits);
  EXPECT_EQ(logits, (std::vector<float>{0, 0, -0.75f, 0}));
}

TEST_F(SamplerTest, ForcedTokensAreNotPenalised) {
  const std::vector<text::TokenId> tokens = {0, 1, 2};
  const std::vector<std::uint8_t> forced = {1, 0};
  std::vector<float> logits = {0, 0, 0};
  Sampling s;
  s.presence_penalty = 1;
  Penalties().apply(s, {tokens, 1, forced}, logits);
  EXPECT_EQ(logits, (std::vector<float>{0, 0, -1}));
}

TEST_F(SamplerTest, LogProbabilitiesAreThoseOfTheModel) {
  Sampler sampler(kernels_.rows, 3);
  const std::vector<float> logits = {std::log(0.2f), std::log(0.7f), std::log(0.1f)};
  EXPECT_NEAR(sampler.log_probability(logits, 0), std::log(0.2), 1e-5);
  std::vector<std::pair<text::TokenId, float>> top(5);
  ASSERT_EQ(sampler.top_log_probabilities(logits, top), 3u);
  EXPECT_EQ(top[0].first, 1);
  EXPECT_EQ(top[1].first, 0);
  EXPECT_NEAR(top[2].second, std::log(0.1), 1e-5);
}

TEST(SamplingCheck, NamesWhatIsOutOfRange) {
  EXPECT_TRUE(validate({}, 100));
  const auto refused = [](auto&& change) {
    Sampling s;
    change(s);
    const Status status = validate(s, 100);
    return status ? std::string() : status.error().message;
  };
  EXPECT_THAT(refused([](Sampling& s) { s.temperature = kNan; }),
              ::testing::HasSubstr("temperature"));
  EXPECT_NE(refused([](Sampling& s) { s.temperature = -1; }), "");
  EXPECT_NE(refused([](Sampling& s) { s.temperature = kInfinity; }), "");
  EXPECT_NE(refused([](Sampling& s) { s.top_p = 1.5f; }), "");
  EXPECT_NE(refused([](Sampling& s) { s.top_p = kNan; }), "");
  EXPECT_NE(refused([](Sampling& s) { s.min_p = -0.1f; }), "");
  EXPECT_NE(refused([](Sampling& s) { s.repetition_penalty = 0; }), "");
  EXPECT_NE(refused([](Sampling& s) { s.repetition_penalty = 1e30f; }), "");
  EXPECT_NE(refused([](Sampling& s) { s.frequency_penalty = -kInfinity; }), "");
  EXPECT_NE(refused([](Sampling& s) { s.presence_penalty = 11; }), "");
  EXPECT_NE(refused([](Sampling& s) { s.penalty_window = 1u << 20; }), "");
  EXPECT_NE(refused([](Sampling& s) { s.logit_bias = {{100, 1.0f}}; }), "");
  EXPECT_NE(refused([](Sampling& s) { s.logit_bias = {{-1, 1.0f}}; }), "");
  EXPECT_NE(refused([](Sampling& s) { s.logit_bias = {{1, kNan}}; }), "");
  EXPECT_NE(refused([](Sampling& s) { s.logit_bias.assign(2000, {1, 1.0f}); }), "");
}

} // namespace
} // namespace outpost::engine
