// What linear read-outs of scoring give: on a decoder whose states are known, row by row.
#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/testing/fake_decoder.h"
#include "engine/testing/fake_tokenizer.h"
#include "kernels/kernels.h"

namespace outpost::engine {
namespace {

using testing::FakeDecoder;
using testing::FakeTokenizer;
using text::TokenId;

// The hidden state of a row is its token and its position (fake_decoder.h).
class ScoreReadoutsTest : public ::testing::Test {
protected:
  // Steps of 16 rows, of which 8 may give logits: prompts come in pieces.
  ScoreReadoutsTest() {
    auto kv = std::make_unique<models::KvArena>(FakeDecoder::make_arena(64));
    auto decoder = std::make_unique<FakeDecoder>(*kv, tokenizer_.vocabulary_size(),
                                                 models::DecoderLimits{16, 4, 8, 0});
    engine_ = std::make_unique<Engine>(
        EngineParts{std::move(kv), std::move(decoder), tokenizer_, kernels_.rows, workers_, clock_,
                    static_cast<std::uint32_t>(tokenizer_.vocabulary_size()), 0},
        EngineConfig{});
  }
  static std::vector<TokenId> counted(TokenId first, std::size_t count) {
    std::vector<TokenId> tokens(count);
    for (auto& token : tokens) token = first++;
    return tokens;
  }
  Result<std::vector<chat::Score>> score(std::vector<std::vector<float>> readouts,
                                         const std::vector<ScoreItem>& items) {
    return engine_->score({.principal = {"p"}, .items = items, .readouts = std::move(readouts)});
  }

  FakeTokenizer tokenizer_;
  kernels::KernelTable kernels_ = *kernels::select_kernels({}, "scalar");
  platform::Workers workers_{2};
  SystemClock clock_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(ScoreReadoutsTest, AreOfEachPromptsEnd) {
  std::vector<ScoreItem> items;
  for (const std::size_t length : {1, 7, 16, 40, 41}) {
    for (const std::size_t continued : {1, 5, 30}) {
      items.push_back({counted(3, length), counted(20, continued), continued != 5});
    }
  }
  const auto without = score({}, items);
  ASSERT_TRUE(without);
  for (int round = 0; round < 2; ++round) { // the second time prompts are in the cache
    const auto scores = score({{1, 0}, {2, -3}}, items);
    ASSERT_TRUE(scores) << scores.error().message;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const double token = items[i].prompt.back();
      const auto position = static_cast<double>(items[i].prompt.size() - 1);
      const std::vector<double> read{token, 2 * token - 3 * position};
      EXPECT_EQ((*scores)[i].readouts, items[i].reads_state ? read : std::vector<double>{}) << i;
      EXPECT_EQ((*scores)[i].token_log_probabilities, (*without)[i].token_log_probabilities);
      EXPECT_TRUE((*without)[i].readouts.empty());
    }
  }
}

TEST_F(ScoreReadoutsTest, MustBeAsLongAsAState) {
  const std::vector<ScoreItem> items{{{1}, {2}}};
  EXPECT_EQ(score({{1, 0}, {1, 0, 0}}, items).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(score({{}}, items).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(score({{1, 0}, {0, 1}, {1, 1}}, items).error().code, ErrorCode::kLimitExceeded);
}

} // namespace
} // namespace outpost::engine
