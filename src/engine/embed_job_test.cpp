#include <thread>

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/testing/fake_decoder.h"
#include "engine/testing/fake_tokenizer.h"
#include "kernels/kernels.h"

namespace outpost::engine {
namespace {

using chat::Embedding;
using chat::Pooling;
using testing::FakeDecoder;
using testing::FakeTokenizer;
using text::TokenId;

// The hidden state of a row is its token and its position (fake_decoder.h).
class EmbedJobTest : public ::testing::Test {
protected:
  std::unique_ptr<Engine> make_engine(std::uint32_t pages) {
    auto kv = std::make_unique<models::KvArena>(FakeDecoder::make_arena(pages));
    auto decoder = std::make_unique<FakeDecoder>(*kv, tokenizer_.vocabulary_size(),
                                                 models::DecoderLimits{16, 4, 8, 0});
    return std::make_unique<Engine>(
        EngineParts{std::move(kv), std::move(decoder), tokenizer_, kernels_.rows, workers_, clock_,
                    static_cast<std::uint32_t>(tokenizer_.vocabulary_size()), 0},
        EngineConfig{});
  }
  // Tokens first, first + 1, ... so that every sum below is another.
  static std::vector<TokenId> counted(TokenId first, std::size_t count) {
    std::vector<TokenId> tokens(count);
    for (auto& token : tokens) token = first++;
    return tokens;
  }
  static Embedding mean_of(const std::vector<TokenId>& tokens) {
    Embedding out(2);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      out[0] += static_cast<float>(tokens[i]);
      out[1] += static_cast<float>(i);
    }
    chat::normalize(out);
    return out;
  }
  static EmbedTokensRequest request(std::vector<std::vector<TokenId>> inputs,
                                    Pooling pooling = Pooling::kMean) {
    return {{}, std::move(inputs), pooling};
  }

  FakeTokenizer tokenizer_;
  kernels::KernelTable kernels_ = *kernels::select_kernels({}, "scalar");
  platform::Workers workers_{2};
  SystemClock clock_;
};

TEST_F(EmbedJobTest, PoolsOverChunks) {
  const auto engine = make_engine(64);
  const auto tokens = counted(7, 50); // four steps of 16 rows
  EXPECT_EQ(engine->embed(request({tokens}))->front(), mean_of(tokens));
  Embedding first{7, 0}, last{56, 49};
  chat::normalize(first);
  chat::normalize(last);
  EXPECT_EQ(engine->embed(request({tokens}, Pooling::kFirst))->front(), first);
  EXPECT_EQ(engine->embed(request({tokens}, Pooling::kLast))->front(), last);
}

TEST_F(EmbedJobTest, KeepsTheOrderOfInputsInLittleMemory) {
  const auto engine = make_engine(4); // the longest input needs all of it
  std::vector<std::vector<TokenId>> inputs;
  for (std::size_t i = 0; i < 20; ++i)
    inputs.push_back(counted(static_cast<TokenId>(i), 3 * i + 1));
  const auto made = engine->embed(request(inputs));
  ASSERT_TRUE(made);
  for (std::size_t i = 0; i < inputs.size(); ++i) EXPECT_EQ((*made)[i], mean_of(inputs[i])) << i;
}

TEST_F(EmbedJobTest, RidesBesideAnswers) {
  const auto engine = make_engine(64);
  GenerateRequest asked;
  asked.prompt = counted(1, 20);
  asked.max_tokens = 60;
  asked.sampling.temperature = 0;
  const auto nowhere = [](const chat::TextDelta&) {};
  GenerateRequest again;
  again.prompt = asked.prompt;
  again.max_tokens = 60;
  again.sampling.temperature = 0;
  const auto alone = engine->generate(std::move(again), nowhere)->tokens;
  std::vector<TokenId> beside;
  std::thread answer([&] { beside = engine->generate(std::move(asked), nowhere)->tokens; });
  const auto tokens = counted(3, 40);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(engine->embed(request({tokens}))->front(), mean_of(tokens));
  answer.join();
  EXPECT_EQ(beside, alone);
}

TEST_F(EmbedJobTest, RefusesWhatDoesNotFit) {
  const auto engine = make_engine(2); // 32 tokens
  EXPECT_EQ(engine->embed(request({})).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine->embed(request({{1}, {}})).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine->embed(request({{-1}})).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine->embed(request({counted(0, 33)})).error().code, ErrorCode::kLimitExceeded);
}

} // namespace
} // namespace outpost::engine
