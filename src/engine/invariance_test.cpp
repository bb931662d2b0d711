// The real decoder under the engine: what a request gets is the same, bit for bit, whatever else
// runs, however its prompt is cut into steps, on however many threads, from the cache or computed,
// forked or alone. On the small random models of tests/data/models, one an architecture, and on
// SmolLM2 where OUTPOST_MODELS_DIR has it.
#include <algorithm>
#include <cstdlib>
#include <thread>

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/testing/fake_tokenizer.h"

namespace outpost::engine {
namespace {

using text::TokenId;

constexpr std::string_view kRealModel = "SmolLM2-135M-Instruct.Q4_1.gguf";

std::filesystem::path path_of(const std::string& name) {
  if (name != kRealModel) {
    return std::filesystem::path(OUTPOST_SOURCE_DIR) / "tests/data/models" / name;
  }
  const char* folder = std::getenv("OUTPOST_MODELS_DIR");
  return std::filesystem::path(folder == nullptr ? "" : folder) / name;
}

// All that an answer shows: its tokens and the probabilities of each choice.
struct Trace {
  std::vector<TokenId> tokens;
  std::vector<float> log_probabilities; // of the token and of five alternatives each
  friend bool operator==(const Trace&, const Trace&) = default;
};

struct Setting {
  std::uint32_t rows_max = 512;
  unsigned threads = 1;
  std::uint32_t batch = 1;
};

struct AnswerSetting {
  std::uint32_t max_tokens = 12;
  float temperature = 0;
  std::uint32_t draft_tokens_max = 0;
  TokenId favoured_tokens = 0; // the answer is made of the first so many, and repeats itself
};

std::vector<TokenId> prompt_of(int length, int variant) {
  std::vector<TokenId> tokens;
  for (int i = 0; i < length; ++i) tokens.push_back((i * i * 7 + 11 * i + 3 + variant * 29) % 255);
  return tokens;
}

// Allows everything, and cancels on the engine's thread: no other thread's pace matters.
class CancellingConstraint final : public grammar::Constraint {
public:
  CancellingConstraint(CancelSource& cancel, int tokens) : cancel_(cancel), tokens_(tokens) {}
  Status fill_mask(grammar::TokenMask mask) override {
    std::ranges::fill(mask, ~0u);
    return {};
  }
  Status accept(TokenId) override {
    if (--tokens_ == 0) cancel_.cancel();
    return {};
  }
  Result<std::vector<TokenId>> forced_tokens() override { return std::vector<TokenId>(); }
  [[nodiscard]] bool is_finished() const override { return false; }
  [[nodiscard]] bool may_end() override { return true; }
  [[nodiscard]] std::unique_ptr<grammar::Constraint> fork() const override {
    return std::make_unique<CancellingConstraint>(*this);
  }

private:
  CancelSource& cancel_;
  int tokens_;
};

class RealEngine {
public:
  RealEngine(const std::string& name, const Setting& setting) : workers_(setting.threads) {
    const auto file = *gguf::File::open(path_of(name));
    kernels_ = *kernels::select_kernels(platform::cpu_features());
    model_ = *models::Model::load(file, {}, kernels_, workers_);
    EngineConfig config;
    config.kv_tokens = 16384;
    config.context_tokens = 512;
    config.rows_max = setting.rows_max;
    config.prompt_rows_beside_answers = setting.rows_max;
    auto engine = Engine::make(*model_, tokenizer_, kernels_, workers_, clock_, config);
    EXPECT_TRUE(engine) << engine.error().message;
    engine_ = *std::move(engine);
  }

  Trace answer(const std::vector<TokenId>& prompt, const std::string& principal = "p",
               const AnswerSetting& setting = {}) {
    GenerateRequest request;
    request.principal.value = principal;
    request.prompt = prompt;
    request.max_tokens = setting.max_tokens;
    request.sampling.temperature = setting.temperature;
    request.sampling.seed = 7;
    request.sampling.logit_bias = {{testing::FakeTokenizer::kEnd, -1000.0f}};
    for (TokenId token = 0; token < setting.favoured_tokens; ++token) {
      request.sampling.logit_bias.emplace_back(token, 100.0f);
    }
    request.draft_tokens_max = setting.draft_tokens_max;
    request.log_probabilities = true;
    request.top_log_probabilities = 5;
    Trace trace;
    const auto generated = engine_->generate(std::move(request), [&](const auto& delta) {
      for (const chat::TokenLogProbability& p : delta.log_probabilities) {
        trace.log_probabilities.push_back(p.log_probability.value());
        for (const auto& [token, value] : p.top) trace.log_probabilities.push_back(value);
      }
    });
    EXPECT_TRUE(generated) << generated.error().message;
    if (generated) trace.tokens = generated->tokens;
    return trace;
  }

  // What is found in the cache for this prompt of this principal.
  std::uint32_t cached_tokens(const std::vector<TokenId>& prompt, const std::string& principal) {
    GenerateRequest request;
    request.principal.value = principal;
    request.prompt = prompt;
    request.max_tokens = 1;
    const auto generated = engine_->generate(std::move(request), [](const auto&) {});
    EXPECT_TRUE(generated) << generated.error().message;
    return generated ? generated->finished.usage.cached_tokens : 0;
  }

  // An answer that is cancelled while its third token is taken.
  Generated cancelled_answer() {
    CancelSource cancel;
    GenerateRequest request;
    request.principal.value = "p";
    request.prompt = prompt_of(40, 2);
    request.max_tokens = 400;
    request.sampling.temperature = 0;
    request.sampling.logit_bias = {{testing::FakeTokenizer::kEnd, -1000.0f}};
    request.constraint = std::make_unique<CancellingConstraint>(cancel, 3);
    auto generated = engine_->generate(std::move(request), [](const auto&) {}, cancel.token());
    EXPECT_TRUE(generated) << generated.error().message;
    return *std::move(generated);
  }

  [[nodiscard]] std::uint64_t accepted_drafts() const { return engine_->counters().accepted; }

  std::vector<chat::Score> score(const std::vector<ScoreItem>& items) {
    const std::size_t width = engine_->width();
    std::vector<std::vector<float>> readouts(2, std::vector<float>(width, 1));
    for (std::size_t i = 0; i < width; ++i) readouts[1][i] = static_cast<float>(i % 7) - 3;
    auto scores =
        engine_->score({.principal = {"s"}, .items = items, .readouts = std::move(readouts)});
    EXPECT_TRUE(scores) << scores.error().message;
    return *std::move(scores);
  }

private:
  testing::FakeTokenizer tokenizer_;
  FakeClock clock_; // stands still: drafts depend on no machine's speed
  platform::Workers workers_;
  kernels::KernelTable kernels_;
  std::unique_ptr<models::Model> model_;
  std::unique_ptr<Engine> engine_;
};

// Around page, chunk and step borders.
constexpr int kLengths[] = {1, 15, 17, 33, 100, 270};

std::vector<Trace> references(const std::string& name) {
  RealEngine engine(name, {});
  std::vector<Trace> traces;
  for (const int length : kLengths) traces.push_back(engine.answer(prompt_of(length, length)));
  return traces;
}

class InvarianceTest : public ::testing::TestWithParam<const char*> {
protected:
  void SetUp() override {
    if (GetParam() != kRealModel) return;
#if defined(OUTPOST_SANITIZED)
    GTEST_SKIP() << "minutes under a sanitizer; the small models run";
#endif
    if (!std::filesystem::is_regular_file(path_of(GetParam()))) {
      GTEST_SKIP() << "needs OUTPOST_MODELS_DIR with " << kRealModel;
    }
  }
};

TEST_P(InvarianceTest, BatchChunkAndThreads) {
  const std::vector<Trace> expected = references(GetParam());
  for (const Setting& setting : {Setting{1, 1, 3}, Setting{16, 2, 17}, Setting{100, 1, 32},
                                 Setting{512, 2, 32}, Setting{512, 2, 1}, Setting{33, 2, 3}}) {
    SCOPED_TRACE(::testing::Message() << "rows " << setting.rows_max << ", threads "
                                      << setting.threads << ", batch " << setting.batch);
    RealEngine engine(GetParam(), setting);
    std::vector<Trace> traces(setting.batch);
    std::vector<std::thread> callers;
    for (std::uint32_t i = 0; i < setting.batch; ++i) {
      callers.emplace_back([&, i] {
        const int length = kLengths[i % std::size(kLengths)];
        // Principals apart, so that nobody takes the other's pages.
        traces[i] = engine.answer(prompt_of(length, length), "p" + std::to_string(i));
      });
    }
    for (std::thread& caller : callers) caller.join();
    for (std::uint32_t i = 0; i < setting.batch; ++i) {
      EXPECT_TRUE(traces[i] == expected[i % std::size(kLengths)]) << "request " << i;
    }
  }
}

TEST_P(InvarianceTest, CacheHits) {
  const std::vector<Trace> expected = references(GetParam());
  RealEngine engine(GetParam(), {.rows_max = 64, .threads = 2});
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < std::size(kLengths); ++i) {
      EXPECT_TRUE(engine.answer(prompt_of(kLengths[i], kLengths[i])) == expected[i]);
    }
  }
}

TEST_P(InvarianceTest, Drafts) {
  std::uint64_t accepted = 0;
  for (const float temperature : {0.0f, 0.5f}) {
    for (const int length : {20, 100}) {
      std::vector<TokenId> prompt = prompt_of(length, length);
      for (int i = 0; i < length; ++i) prompt.push_back(prompt[static_cast<std::size_t>(i)]);
      RealEngine plain(GetParam(), {});
      const Trace expected = plain.answer(prompt, "p", {64, temperature, 0, 3});
      for (const unsigned threads : {1u, 2u}) {
        RealEngine drafting(GetParam(), {.rows_max = 40, .threads = threads});
        EXPECT_TRUE(drafting.answer(prompt, "p", {64, temperature, kDraftTokensMax, 3}) == expected)
            << "temperature " << temperature << ", prompt " << length << ", threads " << threads;
        accepted += drafting.accepted_drafts();
      }
    }
  }
  EXPECT_GT(accepted, 0u);
}

TEST_P(InvarianceTest, ForksOfScoring) {
  std::vector<ScoreItem> items;
  for (int c = 0; c < 7; ++c) items.push_back({prompt_of(75, 1), prompt_of(5 + c, 40 + c), true});
  for (int c = 0; c < 3; ++c) items.push_back({prompt_of(30 + c, 1), prompt_of(20, 50), true});
  RealEngine together(GetParam(), {.rows_max = 50, .threads = 2});
  const auto scores = together.score(items);
  const auto again = together.score(items); // prompts from the cache
  for (std::size_t i = 0; i < items.size(); ++i) {
    RealEngine alone(GetParam(), {});
    const auto expected = alone.score({items[i]});
    EXPECT_EQ(scores[i].token_log_probabilities, expected[0].token_log_probabilities) << i;
    EXPECT_EQ(again[i].token_log_probabilities, expected[0].token_log_probabilities) << i;
    EXPECT_EQ(scores[i].readouts, expected[0].readouts) << i;
    EXPECT_EQ(again[i].readouts, expected[0].readouts) << i;
    EXPECT_EQ(expected[0].readouts.size(), 2u);
  }
}

TEST_P(InvarianceTest, PrincipalsShareNothing) {
  RealEngine engine(GetParam(), {});
  const auto prompt = prompt_of(100, 1);
  EXPECT_EQ(engine.cached_tokens(prompt, "ann"), 0u);
  EXPECT_EQ(engine.cached_tokens(prompt, "bob"), 0u); // computed again, in pages of its own
  EXPECT_GE(engine.cached_tokens(prompt, "ann"), 96u);
  EXPECT_GE(engine.cached_tokens(prompt, "bob"), 96u);
}

TEST_P(InvarianceTest, CancelTakesEffectWithinAStep) {
  RealEngine engine(GetParam(), {});
  const Generated generated = engine.cancelled_answer();
  EXPECT_EQ(generated.finished.reason, chat::FinishReason::kCancelled);
  EXPECT_GE(generated.tokens.size(), 2u); // the third may still be on its way out
  EXPECT_LE(generated.tokens.size(), 3u); // no step after the one that was running
}

INSTANTIATE_TEST_SUITE_P(Architectures, InvarianceTest,
                         ::testing::Values("llama.gguf", "qwen2.gguf", "qwen3.gguf", "phi3.gguf",
                                           "gemma3.gguf", "bitnet.gguf", kRealModel.data()),
                         [](const auto& test) {
                           // What stands before the first '-' or '.', a name that GoogleTest takes.
                           const std::string name = test.param;
                           return name.substr(0, name.find_first_of("-."));
                         });

} // namespace
} // namespace outpost::engine
