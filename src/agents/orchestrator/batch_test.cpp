#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "agents/orchestrator/batch.h"

namespace outpost::agents {
namespace {

namespace fs = std::filesystem;

// What each request comes to is its own text.
class Scripted final : public Runner {
public:
  Result<RunOutcome> run(Session&, const std::string& request, const RunOptions& options) override {
    asked.push_back(request);
    RunOutcome outcome;
    outcome.text = request;
    if (request == "offline") return fail(ErrorCode::kUnavailable, "no line");
    if (request == "which") outcome.kind = AnswerKind::kQuestion;
    if (request == "sing") outcome.kind = AnswerKind::kNoTool;
    if (request == "long") outcome.end = RunEnd::kBudget;
    if (request == "later" && options.observer) {
      options.observer({.body = CallFinished{"c1", "send", "deferred", {{"deferred", "d7"}}, ""}});
    }
    if (request == "stop") stop.cancel();
    return outcome;
  }
  std::vector<std::string> asked;
  CancelSource stop;
};

struct BatchTest : testing::Test {
  fs::path journal = fs::temp_directory_path() / ("batch" + std::to_string(::getpid()));
  Scripted runner;
  ~BatchTest() override { fs::remove(journal); }

  std::string statuses(const std::vector<std::string>& texts, bool retries_unknown = false) {
    std::vector<BatchRequest> requests;
    for (const std::string& text : texts) requests.push_back({text, text});
    BatchOptions options;
    options.cancel = runner.stop.token();
    options.retries_unknown = retries_unknown;
    const auto outcomes = run_batch(requests, runner, journal, options);
    if (!outcomes) return std::string(to_string(outcomes.error().code));
    std::string all;
    for (const BatchOutcome& outcome : *outcomes) {
      all += std::string(to_string(outcome.status)) + " " + outcome.deferred;
    }
    return all;
  }
};

TEST_F(BatchTest, EveryRequestHasAStatus) {
  EXPECT_EQ(statuses({"ok", "offline", "which", "sing", "long", "later"}),
            "done refused question refused failed deferred d7");
}

TEST_F(BatchTest, GoesOnWhereItWasCutOff) {
  EXPECT_EQ(statuses({"ok", "stop", "which"}), "cancelled");
  runner.stop.reset();
  EXPECT_EQ(statuses({"ok", "stop", "which"}), "done done question ");
  EXPECT_EQ(runner.asked, (std::vector<std::string>{"ok", "stop", "which"}));
}

TEST_F(BatchTest, WhatWasBegunAndHasNoOutcomeIsUnknownAndNotRepeated) {
  std::ofstream(journal) << R"({"id":"ok","status":"started"})" << "\n"
                         << R"({"id":"which","sta)";
  EXPECT_EQ(statuses({"ok", "which"}), "unknown question ");
  EXPECT_EQ(runner.asked, (std::vector<std::string>{"which"}));
  EXPECT_EQ(statuses({"ok", "which"}, true), "done question ");
}

// Answers slowly enough for others to come in between.
class Crowded final : public Runner {
public:
  Result<RunOutcome> run(Session&, const std::string& request, const RunOptions&) override {
    const int now = ++at_work;
    for (int most = top; now > most && !top.compare_exchange_weak(most, now);) {
    }
    for (int i = 0; i < 1000; ++i) std::this_thread::yield();
    --at_work;
    RunOutcome outcome;
    outcome.text = request;
    return outcome;
  }
  std::atomic<int> at_work{0};
  std::atomic<int> top{0};
};

TEST_F(BatchTest, SeveralAtOnceKeepTheirOrderAndTheirOutcomes) {
  std::vector<BatchRequest> requests;
  for (int i = 0; i < 100; ++i) requests.push_back({std::to_string(i), "r" + std::to_string(i)});
  Crowded crowded;
  BatchOptions options;
  options.at_once = 4;
  int told = 0;
  options.on_outcome = [&told](const BatchOutcome&) { ++told; };
  for (int round = 0; round < 2; ++round) { // the second finds all of it done
    const auto outcomes = run_batch(requests, crowded, journal, options);
    ASSERT_TRUE(outcomes) << outcomes.error().message;
    ASSERT_EQ(outcomes->size(), 100U);
    for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(outcomes->at(i).text, requests[i].text);
  }
  EXPECT_EQ(told, 100);
  EXPECT_LE(crowded.top, 4);
}

TEST(ParseBatch, LinesAreChecked) {
  const auto requests = parse_batch("{\"request\": \"a\"}\n\n{\"request\": \"b\", \"id\": 9}\r\n"
                                    "{\"request\": \"c\", \"id\": \"x\"}");
  ASSERT_TRUE(requests) << requests.error().message;
  ASSERT_EQ(requests->size(), 3U);
  EXPECT_EQ(requests->at(0).id, "1");
  EXPECT_EQ(requests->at(1).id, "9");
  EXPECT_EQ(requests->at(2).text, "c");
  for (const char* text : {"{", "[]", "{}", "{\"request\": 7}",
                           "{\"request\":\"a\",\"id\":\"x\"}\n{\"request\":\"b\",\"id\":\"x\"}"}) {
    EXPECT_EQ(parse_batch(text).error().code, ErrorCode::kInvalidArgument) << text;
  }
}

} // namespace
} // namespace outpost::agents
