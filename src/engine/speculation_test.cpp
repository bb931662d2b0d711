// Drafts in the step loop: the answer, its probabilities and what is cached are those without
// drafts, in fewer steps where the text repeats itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/fake_constraint.h"
#include "engine/testing/fake_engine.h"

namespace outpost::engine {
namespace {

using testing::FakeEngine;
using testing::FakeTokenizer;
using text::TokenId;

struct Answered {
  Generated generated;
  std::vector<float> log_probabilities;
  std::uint64_t steps = 0, drafted = 0, accepted = 0;
};

class Speculation : public ::testing::Test {
protected:
  static GenerateRequest request_of(std::uint32_t draft_tokens_max) {
    GenerateRequest request;
    for (int i = 0; i < 40; ++i) request.prompt.push_back('a' + i * i % 26);
    request.max_tokens = 200;
    request.sampling.temperature = 0;
    for (TokenId letter = 'a'; letter <= 'z'; ++letter) {
      request.sampling.logit_bias.emplace_back(letter, 100.0f);
    }
    request.log_probabilities = true;
    request.draft_tokens_max = draft_tokens_max;
    return request;
  }

  // On an engine whose text repeats itself, with every invariant of its memory checked.
  static Answered answer(GenerateRequest request) {
    FakeEngine engine;
    engine.decoder.set_memory(1);
    const auto job = engine.make_job(std::move(request));
    EXPECT_TRUE(engine.queue.push(*job));
    while (engine.loop.step()) EXPECT_EQ(engine.loop.check(), "");
    Answered answered{*job->result(),
                      {},
                      engine.loop.counters().steps,
                      engine.loop.counters().drafted,
                      engine.loop.counters().accepted};
    std::size_t seen = 0;
    for (const AnswerToken& token : job->channel().wait(seen)) {
      answered.log_probabilities.push_back(token.log_probability);
    }
    return answered;
  }

  // Answers with and without drafts, and expects the same; returns that with drafts.
  template <class Change>
  static Answered expect_same(Change&& change) {
    GenerateRequest without = request_of(0), with = request_of(kDraftTokensMax);
    change(without);
    change(with);
    const Answered expected = answer(std::move(without));
    Answered answered = answer(std::move(with));
    EXPECT_EQ(answered.generated.tokens, expected.generated.tokens);
    EXPECT_EQ(answered.log_probabilities, expected.log_probabilities);
    EXPECT_EQ(answered.generated.finished.reason, expected.generated.finished.reason);
    EXPECT_EQ(expected.drafted, 0u);
    EXPECT_LE(answered.accepted, answered.drafted);
    EXPECT_LE(answered.steps, expected.steps);
    EXPECT_GE(answered.steps + answered.accepted, expected.steps);
    return answered;
  }
};

TEST_F(Speculation, GreedyIsTheSameInFewerSteps) {
  const Answered answered = expect_same([](GenerateRequest&) {});
  EXPECT_EQ(answered.generated.tokens.size(), 200u);
  EXPECT_LT(answered.steps, 100u);
  EXPECT_GT(answered.accepted, 100u);
}

TEST_F(Speculation, SamplingDrawsTheSameTokens) {
  std::uint64_t accepted = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    accepted += expect_same([&](GenerateRequest& request) {
                  request.sampling.temperature = 0.4f;
                  request.sampling.top_p = 0.9f;
                  request.sampling.seed = seed;
                }).accepted;
  }
  EXPECT_GT(accepted, 0u);
}

TEST_F(Speculation, PenaltiesSeeOnlyWhatWasSaid) {
  expect_same([](GenerateRequest& request) {
    request.sampling.repetition_penalty = 1.2f;
    request.sampling.frequency_penalty = 0.1f;
  });
}

TEST_F(Speculation, EndsWhereTheAnswerEnds) {
  for (const std::uint32_t max_tokens : {1u, 2u, 61u, 64u}) {
    expect_same([&](GenerateRequest& request) { request.max_tokens = max_tokens; });
  }
  expect_same([](GenerateRequest& request) { request.sampling.logit_bias.clear(); });
  const Answered whole = answer(request_of(0));
  FakeTokenizer tokenizer;
  std::string stop;
  for (std::size_t i = 50; i < 53; ++i) stop += tokenizer.bytes(whole.generated.tokens[i]);
  expect_same([&](GenerateRequest& request) { request.stop = {stop}; });
}

TEST_F(Speculation, UnderAGrammar) {
  FakeTokenizer tokenizer;
  const Answered answered = expect_same([&](GenerateRequest& request) {
    request.constraint =
        std::make_unique<testing::FakeConstraint>(testing::list_of_strings("names", 5), tokenizer);
    request.sampling.logit_bias.emplace_back('"', 100.0f); // rather than the end of the list
  });
  EXPECT_GT(answered.generated.finished.usage.forced_tokens, 0u);
  EXPECT_GT(answered.accepted, 0u);
}

TEST_F(Speculation, OnlyWhatWasSaidIsCached) {
  FakeEngine engine;
  engine.decoder.set_memory(1);
  const auto first = engine.make_job(request_of(kDraftTokensMax));
  ASSERT_TRUE(engine.queue.push(*first));
  engine.run_all();
  const auto said = first->result()->tokens;
  // Cached pages hold prompt and answer: a prompt of both goes on from them as without drafts.
  GenerateRequest next = request_of(0), expected = request_of(0);
  next.prompt.insert(next.prompt.end(), said.begin(), said.end());
  expected.prompt = next.prompt;
  const auto second = engine.make_job(std::move(next));
  ASSERT_TRUE(engine.queue.push(*second));
  engine.run_all();
  const Generated generated = *second->result();
  EXPECT_GE(generated.finished.usage.cached_tokens, 224u);
  EXPECT_EQ(generated.tokens, answer(std::move(expected)).generated.tokens);
}

TEST_F(Speculation, BesideOthersEveryAnswerIsItsOwn) {
  FakeEngine engine;
  engine.decoder.set_memory(1);
  std::vector<std::unique_ptr<GenerateJob>> jobs;
  for (int i = 0; i < 5; ++i) {
    GenerateRequest request = request_of(kDraftTokensMax);
    request.prompt.push_back('a' + i);
    jobs.push_back(engine.make_job(std::move(request)));
    ASSERT_TRUE(engine.queue.push(*jobs.back()));
  }
  engine.run_all();
  for (int i = 0; i < 5; ++i) {
    GenerateRequest request = request_of(0);
    request.prompt.push_back('a' + i);
    EXPECT_EQ(jobs[static_cast<std::size_t>(i)]->result()->tokens,
              answer(std::move(request)).generated.tokens);
  }
  EXPECT_GT(engine.loop.counters().accepted, 0u);
}

} // namespace
} // namespace outpost::engine
