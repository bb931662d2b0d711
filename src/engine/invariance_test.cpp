// The real decoder under the engine: what a request gets is the same, bit for bit, whatever else
// runs, however its prompt is cut into steps, on however many threads, from the cache or computed,
// forked or alone. On the small random models of tests/data/models, one an architecture.
#include <algorithm>
#include <thread>

#include <gtest/gtest.h>

#include "engine/engine.h"
#include "engine/testing/fake_tokenizer.h"

namespace outpost::engine {
namespace {

using text::TokenId;

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

class RealEngine {
public:
  RealEngine(const std::string& name, const Setting& setting) : workers_(setting.threads) {
    const auto path = std::filesystem::path(OUTPOST_SOURCE_DIR) / "tests/data/models" / name;
    const auto file = *gguf::File::open(path);
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

  Trace answer(const std::vector<TokenId>& prompt, const std::string& principal = "p") {
    GenerateRequest request;
    request.principal.value = principal;
    request.prompt = prompt;
    request.max_tokens = 12;
    request.sampling.temperature = 0;
    request.sampling.logit_bias = {{testing::FakeTokenizer::kEnd, -1000.0f}};
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

  std::vector<chat::Score> score(const std::vector<ScoreItem>& items) {
    auto scores = engine_->score({.principal = {"s"}, .items = items});
    EXPECT_TRUE(scores) << scores.error().message;
    return *std::move(scores);
  }

private:
  testing::FakeTokenizer tokenizer_;
  SystemClock clock_;
  platform::Workers workers_;
  kernels::KernelTable kernels_;
  std::unique_ptr<models::Model> model_;
  std::unique_ptr<Engine> engine_;
};

std::vector<TokenId> prompt_of(int length, int variant) {
  std::vector<TokenId> tokens;
  for (int i = 0; i < length; ++i) tokens.push_back((i * i * 7 + 11 * i + 3 + variant * 29) % 255);
  return tokens;
}

// Around page, chunk and step borders.
constexpr int kLengths[] = {1, 15, 17, 33, 100, 270};

std::vector<Trace> references(const std::string& name) {
  RealEngine engine(name, {});
  std::vector<Trace> traces;
  for (const int length : kLengths) traces.push_back(engine.answer(prompt_of(length, length)));
  return traces;
}

class InvarianceTest : public ::testing::TestWithParam<const char*> {};

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

TEST_P(InvarianceTest, ForksOfScoring) {
  std::vector<ScoreItem> items;
  for (int c = 0; c < 7; ++c) items.push_back({prompt_of(75, 1), prompt_of(5 + c, 40 + c)});
  for (int c = 0; c < 3; ++c) items.push_back({prompt_of(30 + c, 1), prompt_of(20, 50)});
  RealEngine together(GetParam(), {.rows_max = 50, .threads = 2});
  const auto scores = together.score(items);
  const auto again = together.score(items); // prompts from the cache
  for (std::size_t i = 0; i < items.size(); ++i) {
    RealEngine alone(GetParam(), {});
    const auto expected = alone.score({items[i]});
    EXPECT_EQ(scores[i].token_log_probabilities, expected[0].token_log_probabilities) << i;
    EXPECT_EQ(again[i].token_log_probabilities, expected[0].token_log_probabilities) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Architectures, InvarianceTest,
    ::testing::Values("llama.gguf", "qwen2.gguf", "qwen3.gguf", "phi3.gguf", "gemma3.gguf",
                      "bitnet.gguf"),
    [](const auto& test) {
      return std::string(test.param).substr(0, std::string(test.param).find('.'));
    });

} // namespace
} // namespace outpost::engine
