#include <sys/mman.h>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/testing/fake_constraint.h"
#include "engine/testing/fake_decoder.h"
#include "engine/testing/fake_tokenizer.h"
#include "kernels/kernels.h"

namespace outpost::engine {
namespace {

using chat::FinishReason;
using testing::FakeDecoder;
using testing::FakeTokenizer;
using text::TokenId;

class EngineTest : public ::testing::Test {
protected:
  std::unique_ptr<Engine> make_engine(EngineConfig config = {}, std::uint32_t pages = 128) {
    auto kv = std::make_unique<models::KvArena>(FakeDecoder::make_arena(pages));
    kv_bytes_ = kv->memory().bytes();
    auto decoder = std::make_unique<FakeDecoder>(*kv, tokenizer_.vocabulary_size(),
                                                 models::DecoderLimits{64, 8, 8, 0});
    decoder->set_end_logit(FakeTokenizer::kEnd, -100);
    decoder->set_on_run(on_run_);
    return std::make_unique<Engine>(
        EngineParts{std::move(kv), std::move(decoder), tokenizer_, kernels_.rows, workers_, clock_,
                    static_cast<std::uint32_t>(tokenizer_.vocabulary_size()), 0},
        config);
  }
  GenerateRequest request(std::string_view prompt, std::uint32_t max_tokens) const {
    GenerateRequest out;
    out.prompt = tokenizer_.encode(prompt, text::ControlTokens::kPlain);
    out.max_tokens = max_tokens;
    out.sampling.temperature = 0;
    return out;
  }
  static TextSink nowhere() {
    return [](const chat::TextDelta&) {};
  }

  FakeTokenizer tokenizer_;
  kernels::KernelTable kernels_ = *kernels::select_kernels({}, "scalar");
  platform::Workers workers_{2};
  SystemClock clock_;
  std::span<std::byte> kv_bytes_; // of the last engine
  std::function<void(const CancelToken&)> on_run_;
};

TEST_F(EngineTest, StreamsWhatItReturns) {
  const auto engine = make_engine();
  GenerateRequest asked = request("Say yes.", 40);
  asked.constraint = std::make_unique<testing::FakeConstraint>(
      testing::one_of({"yes, of course", "yes, of old"}), tokenizer_);
  std::string text;
  const auto generated =
      engine->generate(std::move(asked), [&](const chat::TextDelta& delta) { text += delta.text; });
  ASSERT_TRUE(generated);
  EXPECT_THAT(text, ::testing::AnyOf("yes, of course", "yes, of old"));
  std::string joined;
  for (const TokenId token : generated->tokens) joined += tokenizer_.bytes(token);
  EXPECT_EQ(joined, text);
  EXPECT_EQ(generated->finished.reason, FinishReason::kStop);
}

TEST_F(EngineTest, ManyCallersGetWhatEachGetsAlone) {
  const auto engine = make_engine();
  constexpr int kCallers = 12;
  const auto prompt = [](int i) { return "A prompt of caller number " + std::to_string(i % 5); };
  std::vector<std::vector<TokenId>> expected(5);
  for (int i = 0; i < 5; ++i) {
    expected[static_cast<std::size_t>(i)] =
        engine->generate(request(prompt(i), 30), nowhere())->tokens;
  }
  std::vector<std::vector<TokenId>> answers(kCallers);
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&, i] {
      for (int round = 0; round < 5; ++round) {
        const auto generated = engine->generate(request(prompt(i), 30), nowhere());
        if (generated) answers[static_cast<std::size_t>(i)] = generated->tokens;
        const auto scores = engine->score(
            {.principal = {}, .items = {{{'a', 'b'}, {'c'}}, {{'a', 'b'}, {'d', 'e'}}}});
        ASSERT_TRUE(scores);
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (std::size_t i = 0; i < kCallers; ++i) EXPECT_EQ(answers[i], expected[i % 5]);
}

TEST_F(EngineTest, CancelEndsTheAnswer) {
  CancelSource cancel;
  int runs = 0;
  // The tenth step waits until the reader has cancelled: what comes after it is too late.
  on_run_ = [&](const CancelToken&) {
    while (++runs >= 10 && !cancel.token().cancelled()) std::this_thread::yield();
  };
  const auto engine = make_engine();
  const auto generated = engine->generate(
      request("go on for ever", 1500), [&](const chat::TextDelta&) { cancel.cancel(); },
      cancel.token());
  ASSERT_TRUE(generated);
  EXPECT_EQ(generated->finished.reason, FinishReason::kCancelled);
  EXPECT_LE(generated->tokens.size(), 10u);
}

TEST_F(EngineTest, StoppingEndsWhatRuns) {
  std::unique_ptr<Engine> engine;
  int runs = 0;
  on_run_ = [&](const CancelToken& token) {
    // The first step waits for the second request; a later one, which serves both and so has the
    // engine's own token, for the stop.
    if (++runs == 1) {
      while (engine->waiting_count() + engine->counters().running.load() < 2) {
        std::this_thread::yield();
      }
    }
    while (runs > 10 && !token.cancelled()) std::this_thread::yield();
  };
  engine = make_engine();
  const auto code = [&](std::string_view prompt) {
    const auto result = engine->generate(request(prompt, 900), nowhere());
    return result ? ErrorCode::kInternal : result.error().code;
  };
  ErrorCode first{}, second{};
  std::thread one([&] { first = code("on and on"); });
  std::thread two([&] { second = code("and on"); });
  while (engine->counters().running.load() < 2) std::this_thread::yield();
  engine->stop();
  one.join();
  two.join();
  EXPECT_EQ(first, ErrorCode::kUnavailable);
  EXPECT_EQ(second, ErrorCode::kUnavailable);
}

TEST_F(EngineTest, APromptThatDoesNotFitIsRefusedWithTheCounts) {
  EngineConfig config;
  config.context_tokens = 100;
  const auto engine = make_engine(config);
  EXPECT_EQ(engine->context_tokens(), 100u);
  const auto refused = engine->generate(request(std::string(100, 'x'), 5), nowhere());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kLimitExceeded);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("101"));
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("100"));
  // One that fits is answered as far as the context goes, and says that it was cut.
  const auto cut = engine->generate(request(std::string(90, 'x'), 500), nowhere());
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->tokens.size(), 10u);
  EXPECT_EQ(cut->finished.reason, FinishReason::kLength);
}

TEST_F(EngineTest, BadRequestsAreRefused) {
  const auto engine = make_engine();
  const auto code = [&](auto&& change) {
    GenerateRequest bad = request("x", 5);
    change(bad);
    const auto result = engine->generate(std::move(bad), nowhere());
    return result ? ErrorCode::kInternal : result.error().code;
  };
  using R = GenerateRequest;
  EXPECT_EQ(code([](R& r) { r.prompt.clear(); }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code([](R& r) { r.prompt = {-1}; }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code([](R& r) { r.prompt = {1 << 30}; }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code([](R& r) { r.max_tokens = 0; }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code([](R& r) { r.sampling.top_p = -1; }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code([](R& r) { r.stop = {""}; }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code([](R& r) { r.top_log_probabilities = 1000; }), ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine->score({}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine->score({.principal = {}, .items = {{{1}, {}}}}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(engine->score({.principal = {}, .items = {{{}, {1}}}}).error().code,
            ErrorCode::kInvalidArgument);
  const ScoreItem endless{std::vector<TokenId>(100000, 1), {1}};
  EXPECT_EQ(engine->score({.principal = {}, .items = {endless}}).error().code,
            ErrorCode::kLimitExceeded);
}

TEST_F(EngineTest, TheQueueIsBounded) {
  EngineConfig config;
  config.sequences_max = 1;
  config.queue_max = 2;
  const auto engine = make_engine(config);
  CancelSource cancel;
  std::atomic<int> refused{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      const auto result = engine->generate(request("long", 1900), nowhere(), cancel.token());
      if (!result && result.error().code == ErrorCode::kUnavailable) ++refused;
      if (refused >= 5) cancel.cancel(); // one runs, two wait, five were sent away
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_GE(refused.load(), 5);
}

TEST_F(EngineTest, DrainFinishesWhatItHas) {
  auto engine = make_engine();
  std::vector<std::thread> callers;
  std::atomic<int> whole{0};
  std::atomic<int> started{0};
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      const auto result = engine->generate(request("a", 200),
                                           [&](const chat::TextDelta&) { started.fetch_add(1); });
      if (result && result->tokens.size() == 200) ++whole;
    });
  }
  while (engine->counters().running.load() < 4 && whole.load() < 4) std::this_thread::yield();
  engine->drain();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(whole.load(), 4);
  const auto late = engine->generate(request("a", 5), nowhere());
  EXPECT_EQ(late.error().code, ErrorCode::kUnavailable);
}

TEST_F(EngineTest, TakesTheMemoryOfKeysAndValuesWhileThereIsNothingToDo) {
  constexpr std::uint32_t kPages = 20'000; // of 256 bytes
  const auto is_resident = [](std::span<std::byte> bytes) {
    unsigned char state = 0;
    auto* last = bytes.data() + (bytes.size() - 1) / 4096 * 4096;
    return mincore(last, 1, &state) == 0 && (state & 1) != 0;
  };
  const auto probe = FakeDecoder::make_arena(kPages);
  if (!probe.memory().populate(0, 1)) GTEST_SKIP() << "not by this system";
  for (const bool populates : {false, true}) {
    EngineConfig config;
    config.populates_kv = populates;
    const auto engine = make_engine(config, kPages);
    ASSERT_TRUE(engine->generate(request("a", 5), nowhere()));
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(populates ? 20 : 0);
    while (!is_resident(kv_bytes_) && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    EXPECT_EQ(is_resident(kv_bytes_), populates);
    EXPECT_TRUE(engine->generate(request("b", 5), nowhere()));
  }
}

TEST_F(EngineTest, ThePlanSaysWhatItTook) {
  const auto engine = make_engine();
  EXPECT_EQ(engine->plan().kv_tokens, 128u * 16);
  EXPECT_EQ(engine->plan().kv_bytes, 128u * 256);
  EXPECT_GT(engine->plan().sampling_bytes, 0u);
  EXPECT_THAT(engine->plan().describe(), ::testing::HasSubstr("2048 tokens"));
}

TEST_F(EngineTest, LogProbabilitiesComeWithTheText) {
  const auto engine = make_engine();
  GenerateRequest asked = request("Say yes.", 6);
  asked.log_probabilities = true;
  asked.top_log_probabilities = 2;
  std::vector<chat::TokenLogProbability> told;
  const auto generated = engine->generate(std::move(asked), [&](const chat::TextDelta& delta) {
    told.insert(told.end(), delta.log_probabilities.begin(), delta.log_probabilities.end());
  });
  ASSERT_TRUE(generated);
  ASSERT_EQ(told.size(), generated->tokens.size());
  for (std::size_t i = 0; i < told.size(); ++i) {
    EXPECT_EQ(told[i].token, generated->tokens[i]);
    EXPECT_LT(told[i].log_probability.value(), 0);
    EXPECT_EQ(told[i].top.size(), 2u);
  }
}

} // namespace
} // namespace outpost::engine
