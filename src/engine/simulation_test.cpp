// Thousands of steps of random load under memory pressure: generation of every kind, scoring,
// cancels, several principals. After each step every invariant of the memory is checked, and every
// answer must be the one that the same request gets alone.
#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "engine/score_job.h"
#include "engine/testing/fake_constraint.h"
#include "engine/testing/fake_engine.h"

namespace outpost::engine {
namespace {

using testing::FakeEngine;
using text::TokenId;

std::vector<TokenId> tokens(Random& random, std::uint32_t length_max, std::uint32_t kinds) {
  // Few different beginnings, in pieces, so that requests meet and part everywhere.
  std::vector<TokenId> out;
  const std::uint32_t length = 1 + random.next_below(length_max);
  while (out.size() < length) {
    const auto first = static_cast<TokenId>('a' + random.next_below(kinds));
    for (std::uint32_t n = 5 + random.next_below(3) * 7; n > 0; --n) out.push_back(first);
  }
  out.resize(length);
  return out;
}

// Items in three levels, often the same ones.
std::vector<ScoreItem> make_items(std::uint64_t number) {
  Random random(number % 5, 2);
  std::vector<ScoreItem> items(2 + random.next_below(12));
  const std::vector<TokenId> shared = tokens(random, 50, 2);
  const std::vector<TokenId> middles[] = {tokens(random, 40, 3), tokens(random, 40, 3)};
  for (ScoreItem& item : items) {
    item.prompt = shared;
    const auto& middle = middles[random.next_below(2)];
    item.prompt.insert(item.prompt.end(), middle.begin(), middle.end());
    item.continuation = tokens(random, 40, 5);
  }
  return items;
}

// The request that a number stands for: the same whenever it is made. Every other one begins as the
// items to score do, so that they find each other's pages.
GenerateRequest make_request(std::uint64_t number, const text::Tokenizer& tokenizer) {
  Random random(number, 1);
  GenerateRequest request;
  request.principal.value = "p" + std::to_string(random.next_below(3));
  request.prompt = tokens(random, 120, 2);
  if (random.next_below(2) == 0) request.prompt = make_items(random.next_below(5))[0].prompt;
  request.max_tokens = 1 + random.next_below(40);
  request.sampling.temperature = random.next_below(2) == 0 ? 0.0f : 1.5f;
  request.sampling.top_k = random.next_below(2) * 20;
  request.sampling.presence_penalty = static_cast<float>(random.next_below(2));
  request.sampling.repetition_penalty = random.next_below(2) == 0 ? 1.0f : 1.2f;
  request.sampling.seed = number;
  if (random.next_below(3) == 0) request.stop = {"e", "th"};
  if (random.next_below(8) == 0) {
    request.constraint =
        std::make_unique<testing::FakeConstraint>(testing::list_of_strings("k"), tokenizer);
  }
  return request;
}

struct Request {
  std::uint64_t number = 0;
  CancelSource cancel;
  std::unique_ptr<GenerateJob> generate;
  std::unique_ptr<ScoreJob> score;
  bool is_cancelled = false;
  [[nodiscard]] bool has_ended() const {
    return is_cancelled || (generate ? generate->is_done() : score->is_done());
  }
};

class Simulation {
public:
  Simulation(std::uint64_t seed, std::uint32_t pages)
      : random_(seed), engine_({.pages = pages,
                                .rows_max = 40,
                                .sequences_max = 6,
                                .logits_rows_max = 6,
                                .threads = 2}),
        memory_tokens_(seed % 2 == 0 ? 1 : 0) {
    engine_.decoder.set_memory(memory_tokens_);
  }

  void run(int steps) {
    for (int step = 0; step < steps; ++step) {
      if (requests_.size() < 20 && random_.next_below(3) == 0) submit();
      if (!requests_.empty() && random_.next_below(25) == 0) cancel_one();
      engine_.loop.step();
      const std::string problem = engine_.loop.check();
      ASSERT_EQ(problem, "") << "step " << step;
      take_ended();
    }
    engine_.run_all();
    ASSERT_EQ(engine_.loop.check(), "");
    take_ended();
    EXPECT_TRUE(requests_.empty());
    EXPECT_GT(answers_, steps / 50);
    EXPECT_EQ(engine_.loop.counters().running.load(), 0u);
  }

private:
  void submit() {
    Request request;
    request.number = random_.next_u64();
    if (random_.next_below(2) == 0) {
      ScoreTokensRequest items{.principal = {"p" + std::to_string(random_.next_below(3))},
                               .items = make_items(request.number)};
      request.score = std::make_unique<ScoreJob>(std::move(items), request.cancel.token(), 6);
      ASSERT_TRUE(engine_.queue.push(*request.score));
    } else {
      request.generate =
          engine_.make_job(make_request(request.number, engine_.tokenizer), request.cancel.token());
      if (!request.generate->is_done()) {
        ASSERT_TRUE(engine_.queue.push(*request.generate));
      }
    }
    requests_.push_back(std::move(request));
  }

  void cancel_one() {
    Request& request = requests_[random_.next_below(static_cast<std::uint32_t>(requests_.size()))];
    request.cancel.cancel();
    request.is_cancelled = true;
  }

  void take_ended() {
    std::erase_if(requests_, [this](Request& request) {
      if (!request.has_ended()) return false;
      if (!request.is_cancelled) {
        ++answers_;
        request.generate ? check_generated(request) : check_scores(request);
      }
      return true;
    });
  }

  void check_generated(Request& request) {
    FakeEngine alone({.pages = 64, .rows_max = 7});
    alone.decoder.set_memory(memory_tokens_);
    GenerateRequest without_drafts = make_request(request.number, alone.tokenizer);
    without_drafts.draft_tokens_max = 0;
    const auto job = alone.make_job(std::move(without_drafts));
    ASSERT_TRUE(alone.queue.push(*job));
    alone.run_all();
    const auto expected = job->result();
    const auto result = request.generate->result();
    ASSERT_TRUE(expected && result);
    EXPECT_EQ(result->tokens, expected->tokens) << "request " << request.number;
    EXPECT_EQ(result->finished.reason, expected->finished.reason);
    EXPECT_EQ(result->finished.usage.forced_tokens, expected->finished.usage.forced_tokens);
  }

  void check_scores(Request& request) {
    const auto items = make_items(request.number);
    const auto scores = *request.score->wait();
    for (std::size_t i = 0; i < items.size(); ++i) {
      std::vector<TokenId> path = items[i].prompt;
      double sum = 0;
      for (const TokenId token : items[i].continuation) {
        const std::vector<float> logits = engine_.decoder.logits_after(path);
        sum += logits[static_cast<std::size_t>(token)] -
               engine_.kernels.rows.log_sum_exp(logits.data(), logits.size());
        path.push_back(token);
      }
      EXPECT_NEAR(scores[i].log_probability, sum, 1e-4) << "request " << request.number;
    }
  }

  Random random_;
  FakeEngine engine_;
  std::uint32_t memory_tokens_; // with a short one texts repeat themselves, and drafts come true
  std::vector<Request> requests_;
  int answers_ = 0;
};

struct SimulationSetting {
  std::uint64_t seed;
  std::uint32_t pages; // 12 are the least that one request may need
};

class SimulationTest : public ::testing::TestWithParam<SimulationSetting> {};

TEST_P(SimulationTest, AnswersAreThoseOfEachRequestAlone) {
  Simulation(GetParam().seed, GetParam().pages).run(1500);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SimulationTest,
                         ::testing::Values(SimulationSetting{1, 100}, SimulationSetting{2, 40},
                                           SimulationSetting{3, 20}, SimulationSetting{4, 12},
                                           SimulationSetting{5, 14}),
                         [](const auto& test) {
                           return "seed_" + std::to_string(test.param.seed) + "_pages_" +
                                  std::to_string(test.param.pages);
                         });

} // namespace
} // namespace outpost::engine
