#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/score_job.h"
#include "engine/step_loop.h"
#include "engine/testing/fake_constraint.h"
#include "engine/testing/fake_engine.h"

namespace outpost::engine {
namespace {

using chat::FinishReason;
using testing::FakeEngine;
using testing::FakeTokenizer;
using text::TokenId;

GenerateRequest request_of(std::size_t prompt_length, std::uint32_t max_tokens,
                           TokenId first = 'a') {
  GenerateRequest request;
  for (std::size_t i = 0; i < prompt_length; ++i) {
    request.prompt.push_back(first + static_cast<TokenId>(i % 26));
  }
  request.max_tokens = max_tokens;
  request.sampling.temperature = 0;
  return request;
}

Generated run_alone(FakeEngine& engine, GenerateRequest request) {
  const auto job = engine.make_job(std::move(request));
  EXPECT_TRUE(engine.queue.push(*job));
  engine.run_all();
  EXPECT_EQ(engine.loop.check(), "");
  return *job->result();
}

TEST(StepLoop, GreedyFollowsTheDecoder) {
  FakeEngine engine;
  GenerateRequest request = request_of(40, 10);
  std::vector<TokenId> tokens = request.prompt;
  const Generated generated = run_alone(engine, std::move(request));
  ASSERT_EQ(generated.tokens.size(), 10u);
  for (const TokenId token : generated.tokens) {
    const std::vector<float> logits = engine.decoder.logits_after(tokens);
    EXPECT_EQ(token, std::ranges::max_element(logits) - logits.begin());
    tokens.push_back(token);
  }
  EXPECT_EQ(generated.finished.reason, FinishReason::kLength);
  EXPECT_EQ(generated.finished.usage.prompt_tokens, 40u);
  EXPECT_EQ(generated.finished.usage.completion_tokens, 10u);
  EXPECT_EQ(engine.decoder.rows_run(), 40u + 9);
}

TEST(StepLoop, AnEndTokenStops) {
  FakeEngine engine;
  engine.decoder.set_end_logit(FakeTokenizer::kEnd, 100);
  const Generated generated = run_alone(engine, request_of(5, 10));
  EXPECT_TRUE(generated.tokens.empty());
  EXPECT_EQ(generated.finished.reason, FinishReason::kStop);
}

TEST(StepLoop, AStopStringAcrossTokensStops) {
  FakeEngine engine;
  GenerateRequest request = request_of(20, 50);
  request.constraint = std::make_unique<testing::FakeConstraint>(
      testing::one_of({"hello world", "hollow word"}), engine.tokenizer);
  request.stop = {"never", "lo wor", "low wo"};
  const Generated stopped = run_alone(engine, std::move(request));
  std::string text;
  for (const TokenId token : stopped.tokens) text += engine.tokenizer.bytes(token);
  EXPECT_THAT(text, ::testing::AnyOf("hello wor", "hollow wo"));
  EXPECT_EQ(stopped.finished.reason, FinishReason::kStop);
  EXPECT_EQ(stopped.finished.usage.completion_tokens, stopped.tokens.size());
}

TEST(StepLoop, TheSecondTimeThePromptIsCached) {
  FakeEngine engine;
  const Generated first = run_alone(engine, request_of(100, 8));
  const Generated second = run_alone(engine, request_of(100, 8));
  EXPECT_EQ(first.finished.usage.cached_tokens, 0u);
  EXPECT_EQ(second.finished.usage.cached_tokens, 96u);
  EXPECT_EQ(second.tokens, first.tokens);
  // What was generated is found again as well, as the beginning of the next turn.
  GenerateRequest next = request_of(100, 8);
  next.prompt.insert(next.prompt.end(), first.tokens.begin(), first.tokens.end());
  EXPECT_EQ(run_alone(engine, std::move(next)).finished.usage.cached_tokens, 96u);
  GenerateRequest long_next = request_of(100, 20);
  const Generated longer = run_alone(engine, std::move(long_next));
  GenerateRequest after = request_of(100, 4);
  after.prompt.insert(after.prompt.end(), longer.tokens.begin(), longer.tokens.end());
  EXPECT_EQ(run_alone(engine, std::move(after)).finished.usage.cached_tokens, 112u);
}

TEST(StepLoop, AnotherPrincipalFindsNothing) {
  FakeEngine engine;
  run_alone(engine, request_of(100, 4));
  GenerateRequest other = request_of(100, 4);
  other.principal.value = "somebody else";
  EXPECT_EQ(run_alone(engine, std::move(other)).finished.usage.cached_tokens, 0u);
}

TEST(StepLoop, ForcedTextTakesNoStepsOfItsOwn) {
  FakeEngine engine;
  GenerateRequest request = request_of(10, 100);
  request.constraint = std::make_unique<testing::FakeConstraint>(
      testing::one_of({"{\"answer\":\"yes\"}", "{\"answer\":\"no\"}"}), engine.tokenizer);
  const Generated generated = run_alone(engine, std::move(request));
  std::string text;
  for (const TokenId token : generated.tokens) text += engine.tokenizer.bytes(token);
  EXPECT_THAT(text, ::testing::AnyOf("{\"answer\":\"yes\"}", "{\"answer\":\"no\"}"));
  EXPECT_EQ(generated.finished.reason, FinishReason::kStop);
  EXPECT_EQ(generated.finished.usage.completion_tokens, generated.tokens.size());
  EXPECT_EQ(generated.finished.usage.forced_tokens, generated.tokens.size() - 1);
  EXPECT_EQ(engine.loop.counters().steps.load(), 1u); // prompt and head in one chunk, one choice
}

TEST(StepLoop, ACancelledRequestEndsAtTheNextStep) {
  FakeEngine engine;
  CancelSource cancel;
  const auto job = engine.make_job(request_of(600, 50), cancel.token());
  const auto other = engine.make_job(request_of(20, 5, 'A'));
  ASSERT_TRUE(engine.queue.push(*job));
  ASSERT_TRUE(engine.queue.push(*other));
  engine.loop.step();
  cancel.cancel();
  const std::uint64_t before = engine.loop.counters().steps.load();
  engine.loop.step();
  EXPECT_EQ(engine.loop.counters().steps.load(), before + 1);
  EXPECT_EQ(engine.loop.counters().running.load(), 1u);
  EXPECT_EQ(job->result()->finished.reason, FinishReason::kCancelled);
  engine.run_all();
  EXPECT_EQ(other->result()->tokens, run_alone(engine, request_of(20, 5, 'A')).tokens);
  EXPECT_EQ(engine.loop.check(), "");
}

TEST(StepLoop, CancelInsideAStepStopsThatStepOnlyWhenItServesNobodyElse) {
  FakeEngine engine;
  CancelSource cancel;
  const auto job = engine.make_job(request_of(60, 50), cancel.token());
  ASSERT_TRUE(engine.queue.push(*job));
  engine.decoder.set_on_run([&](const CancelToken&) { cancel.cancel(); });
  engine.loop.step();
  EXPECT_EQ(engine.decoder.rows_run(), 0u);
  EXPECT_FALSE(engine.loop.step());
  EXPECT_EQ(job->result()->finished.reason, FinishReason::kCancelled);

  CancelSource first_cancel;
  const auto first = engine.make_job(request_of(20, 50), first_cancel.token());
  const auto second = engine.make_job(request_of(20, 50, 'A'));
  ASSERT_TRUE(engine.queue.push(*first));
  ASSERT_TRUE(engine.queue.push(*second));
  engine.decoder.set_on_run([&](const CancelToken&) { first_cancel.cancel(); });
  engine.loop.step();
  EXPECT_EQ(engine.decoder.rows_run(), 40u);
  engine.run_all();
  EXPECT_EQ(second->result()->tokens.size(), 50u);
  EXPECT_EQ(engine.loop.check(), "");
}

TEST(StepLoop, TheSeedDecidesWhatIsSampled) {
  FakeEngine engine;
  const auto sampled = [&](std::uint64_t seed) {
    GenerateRequest request = request_of(20, 30);
    request.sampling = {};
    request.sampling.temperature = 1;
    request.sampling.seed = seed;
    return run_alone(engine, std::move(request)).tokens;
  };
  EXPECT_EQ(sampled(5), sampled(5));
  EXPECT_NE(sampled(5), sampled(6));
}

TEST(StepLoop, AFailedStepEndsItsRequestsAndNoOthers) {
  FakeEngine engine;
  const auto job = engine.make_job(request_of(20, 5));
  ASSERT_TRUE(engine.queue.push(*job));
  engine.decoder.fail_next({ErrorCode::kInternal, "broken", ""});
  engine.run_all();
  EXPECT_EQ(job->result().error().message, "broken");
  EXPECT_EQ(engine.loop.check(), "");
  EXPECT_EQ(run_alone(engine, request_of(20, 5)).tokens.size(), 5u);
}

TEST(StepLoop, ADeadGrammarFailsItsOwnRequest) {
  FakeEngine engine;
  GenerateRequest request = request_of(10, 20);
  const auto is_dead_end = [](std::string_view text) { return text.size() < 2; };
  request.constraint = std::make_unique<testing::FakeConstraint>(
      testing::Language{is_dead_end, [](std::string_view) { return false; }}, engine.tokenizer);
  const auto job = engine.make_job(std::move(request));
  const auto other = engine.make_job(request_of(10, 5));
  ASSERT_TRUE(engine.queue.push(*job));
  ASSERT_TRUE(engine.queue.push(*other));
  engine.run_all();
  EXPECT_EQ(job->result().error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(other->result()->tokens.size(), 5u);
}

TEST(StepLoop, WhatDoesNotFitNowWaits) {
  FakeEngine engine({.pages = 10});
  const auto first = engine.make_job(request_of(100, 20));
  const auto second = engine.make_job(request_of(100, 20, 'A'));
  ASSERT_TRUE(engine.queue.push(*first));
  ASSERT_TRUE(engine.queue.push(*second));
  engine.loop.step();
  EXPECT_EQ(engine.loop.counters().running.load(), 1u);
  EXPECT_EQ(engine.queue.size(), 1u);
  engine.run_all();
  EXPECT_EQ(first->result()->tokens.size(), 20u);
  EXPECT_EQ(second->result()->tokens.size(), 20u);
}

TEST(StepLoop, LogProbabilitiesAndAlternatives) {
  FakeEngine engine;
  GenerateRequest request = request_of(20, 3);
  request.log_probabilities = true;
  request.top_log_probabilities = 4;
  std::vector<TokenId> tokens = request.prompt;
  const auto job = engine.make_job(std::move(request));
  ASSERT_TRUE(engine.queue.push(*job));
  engine.run_all();
  for (const AnswerToken& token : job->channel().wait(0)) {
    const std::vector<float> logits = engine.decoder.logits_after(tokens);
    const double sum = engine.kernels.rows.log_sum_exp(logits.data(), logits.size());
    const auto id = static_cast<std::size_t>(token.token);
    EXPECT_NEAR(token.log_probability, logits[id] - sum, 1e-5);
    const auto top = job->channel().top(token);
    ASSERT_EQ(top.size(), 4u);
    EXPECT_EQ(top[0].first, token.token); // greedy
    EXPECT_GE(top[0].second, top[3].second);
    tokens.push_back(token.token);
  }
}

class ScoreTest : public ::testing::Test {
protected:
  static double expected(const FakeEngine& engine, const ScoreItem& item) {
    double sum = 0;
    std::vector<TokenId> tokens = item.prompt;
    for (const TokenId token : item.continuation) {
      const std::vector<float> logits = engine.decoder.logits_after(tokens);
      double total = 0;
      for (const float l : logits) total += std::exp(static_cast<double>(l));
      sum += logits[static_cast<std::size_t>(token)] - std::log(total);
      tokens.push_back(token);
    }
    return sum;
  }
  static void expect_scores(FakeEngine& engine, const std::vector<ScoreItem>& items) {
    ScoreJob job({.principal = {}, .items = items}, {}, engine.config.logits_rows_max);
    ASSERT_TRUE(engine.queue.push(job));
    while (engine.loop.step()) ASSERT_EQ(engine.loop.check(), "");
    ASSERT_TRUE(job.is_done());
    const auto scores = *job.wait();
    for (std::size_t i = 0; i < items.size(); ++i) {
      EXPECT_NEAR(scores[i].log_probability, expected(engine, items[i]), 1e-3) << "item " << i;
      EXPECT_EQ(scores[i].token_log_probabilities.size(), items[i].continuation.size());
    }
  }
  static std::vector<TokenId> tokens(std::size_t count, TokenId first) {
    return request_of(count, 1, first).prompt;
  }
};

TEST_F(ScoreTest, ManyContinuationsOfOnePrompt) {
  FakeEngine engine;
  std::vector<ScoreItem> items;
  for (TokenId c = 0; c < 12; ++c) items.push_back({tokens(70, 'a'), tokens(1 + c % 5, 'A' + c)});
  expect_scores(engine, items);
  std::size_t own = 0;
  for (const ScoreItem& item : items) own += item.continuation.size() - 1;
  EXPECT_EQ(engine.decoder.rows_run(), 70 + own); // the prompt once
}

TEST_F(ScoreTest, OneContinuationOfManyPrompts) {
  FakeEngine engine;
  std::vector<ScoreItem> items;
  for (TokenId tool = 0; tool < 9; ++tool) {
    ScoreItem item{tokens(37, 'a'), tokens(12, '0')};
    const auto own = tokens(20, 'B' + tool);
    item.prompt.insert(item.prompt.end(), own.begin(), own.end());
    items.push_back(item);
  }
  expect_scores(engine, items);
  EXPECT_EQ(engine.decoder.rows_run(), 37u + 9 * (20 + 11));
  // Asked again, prompts come from the cache.
  const std::uint64_t before = engine.decoder.rows_run();
  expect_scores(engine, items);
  EXPECT_LT(engine.decoder.rows_run() - before, 9u * 31);
}

TEST_F(ScoreTest, RunsInTheSmallestMemoryThatHoldsOnePath) {
  std::vector<ScoreItem> items;
  for (TokenId a = 0; a < 4; ++a) {
    for (TokenId b = 0; b < 4; ++b) {
      ScoreItem item{tokens(50, 'a'), tokens(9, 'A' + 4 * a + b)};
      const auto middle = tokens(40, '0' + a);
      item.prompt.insert(item.prompt.end(), middle.begin(), middle.end());
      items.push_back(item);
    }
  }
  const ScoreJob probe({.principal = {}, .items = items}, {}, 8);
  FakeEngine engine({.pages = probe.pages_min()});
  expect_scores(engine, items);
  expect_scores(engine, items); // and again, over a full cache
}

TEST_F(ScoreTest, CancelGivesEverythingBack) {
  FakeEngine engine({.rows_max = 16});
  CancelSource cancel;
  std::vector<ScoreItem> items;
  for (TokenId c = 0; c < 12; ++c) items.push_back({tokens(70, 'a'), tokens(9, 'A' + c)});
  ScoreJob job({.principal = {}, .items = items}, cancel.token(), 8);
  ASSERT_TRUE(engine.queue.push(job));
  for (int i = 0; i < 7; ++i) engine.loop.step();
  cancel.cancel();
  EXPECT_FALSE(engine.loop.step());
  EXPECT_EQ(engine.loop.check(), "");
  EXPECT_EQ(job.wait().error().code, ErrorCode::kCancelled);
}

} // namespace
} // namespace outpost::engine
