#include <gmock/gmock.h>

#include "api/openai/response_store.h"
#include "api/openai/routes.h"
#include "api/testing/api_fixture.h"

namespace outpost::api::openai {
namespace {

using testing::ApiFixture;
using ::testing::HasSubstr;

class ResponsesTest : public ApiFixture {
protected:
  void serve(Script script) { ApiFixture::serve(std::move(script), add_routes); }
};

TEST_F(ResponsesTest, IsKeptAndGoneOnWith) {
  serve({{"First.", {}, {}}, {"Second.", {}, {}}});
  const auto first =
      post("/v1/responses", R"({"model": "tiny", "instructions": "I", "input": "a"})").json();
  EXPECT_EQ(first.at("output").at(0).at("content").at(0).at("text"), "First.");
  const std::string id(first.at("id").as_string());
  EXPECT_EQ(ask("GET", "/v1/responses/" + id).json().at("id"), id.c_str());
  const auto second = post(
      "/v1/responses", R"({"model": "tiny", "input": "b", "previous_response_id": ")" + id + "\"}");
  ASSERT_EQ(second.status, 200) << second.body;
  const auto messages = model_->requests().back().prompt.messages;
  ASSERT_EQ(messages.size(), 3u); // the instructions of the first do not carry over
  EXPECT_EQ(messages[0].text, "a");
  EXPECT_EQ(messages[1].text, "First.");
  EXPECT_EQ(messages[2].text, "b");
  EXPECT_EQ(post("/v1/responses/" + id + "/cancel", "{}").status, 400);
  EXPECT_EQ(ask("DELETE", "/v1/responses/" + id).json().at("deleted"), true);
  EXPECT_EQ(ask("GET", "/v1/responses/" + id).status, 404);
}

TEST_F(ResponsesTest, WhatCannotBeIncludedIsNotMissed) {
  serve({{"a", {}, {}}});
  const auto answer = post("/v1/responses", R"({"model": "tiny", "input": "a", "store": false,
      "reasoning": {"effort": "low", "summary": "auto"},
      "include": ["reasoning.encrypted_content"]})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.json().at("reasoning").at("effort"), "low");
  EXPECT_EQ(answer.json().at("reasoning").at("summary"), "auto");
  const auto refused = post("/v1/responses", R"({"model": "tiny", "input": "a",
      "include": ["message.output_text.logprobs"]})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.json().at("error").at("param"), "include");
}

TEST_F(ResponsesTest, IsMadeInTheBackground) {
  serve({{"Later.", {}, {}}});
  const auto queued =
      post("/v1/responses", R"({"model": "tiny", "input": "a", "background": true})").json();
  EXPECT_EQ(queued.at("background"), true);
  const std::string path = "/v1/responses/" + std::string(queued.at("id").as_string());
  boost::json::value stored = queued;
  while (stored.at("status") == "queued" || stored.at("status") == "in_progress") {
    stored = ask("GET", path).json();
  }
  EXPECT_EQ(stored.at("status"), "completed");
  EXPECT_EQ(stored.at("output").at(0).at("content").at(0).at("text"), "Later.");
  EXPECT_EQ(
      ask("GET", path + "/input_items").json().at("data").at(0).at("content").at(0).at("text"),
      "a");
  EXPECT_EQ(post(path + "/cancel", "{}").status, 400) << "it has ended";
}

TEST_F(ResponsesTest, AFailureInTheBackgroundIsTold) {
  serve({{"", {}, Error{ErrorCode::kLimitExceeded, "too long", ""}}});
  const auto queued =
      post("/v1/responses", R"({"model": "tiny", "input": "a", "background": true})").json();
  const std::string path = "/v1/responses/" + std::string(queued.at("id").as_string());
  boost::json::value stored = queued;
  while (stored.at("status") == "queued" || stored.at("status") == "in_progress") {
    stored = ask("GET", path).json();
  }
  EXPECT_EQ(stored.at("status"), "failed");
  EXPECT_EQ(stored.at("error").at("message"), "too long");
  EXPECT_EQ(post("/v1/responses",
                 R"({"model": "tiny", "input": "a", "background": true, "store": false})")
                .status,
            400);
}

TEST_F(ResponsesTest, EventsAreNumbered) {
  serve({{"Hi.", {{"aaaaaaaaa", "f", "{}"}}, {}}});
  const auto stream = post("/v1/responses", R"({"model": "tiny", "input": [{"role": "user",
      "content": [{"type": "input_text", "text": "a"}]}], "stream": true,
      "tools": [{"type": "function", "name": "f"}]})");
  const auto events = stream.events();
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(boost::json::parse(events[i]).at("sequence_number").to_number<std::size_t>(), i);
  }
  EXPECT_EQ(boost::json::parse(events.back()).at("type"), "response.completed");
  EXPECT_THAT(stream.body, HasSubstr("response.function_call_arguments.done"));
}

TEST(ResponseStore, IsBoundedAndKeepsPrincipalsApart) {
  ResponseStore store({.count = 2, .bytes = 1 << 20});
  store.put({"1", "ann", {}, "one"});
  store.put({"2", "ann", {}, "two"});
  EXPECT_FALSE(store.find("1", "bob"));
  EXPECT_FALSE(store.remove("1", "bob"));
  EXPECT_TRUE(store.find("1", "ann")); // now younger than 2
  store.put({"3", "ann", {}, "three"});
  EXPECT_FALSE(store.find("2", "ann"));
  EXPECT_TRUE(store.find("1", "ann"));
  store.put({"4", "ann", {chat::user_message(std::string(2 << 20, 'x'))}, ""});
  EXPECT_FALSE(store.find("4", "ann")); // larger than all there is
}

TEST_F(ResponsesTest, DecisionsComeFromScores) {
  ApiFixture::serve({}, add_routes, [](const chat::ScoreItem& item) {
    return item.continuation == "yes" || item.continuation == "b" ? std::log(3.0) : 0.0;
  });
  const auto json = post("/v1/decisions", R"({"model": "tiny", "input": "text", "questions": [
      {"type": "predicate", "name": "p", "instructions": "It is so."},
      {"type": "choice", "instructions": "Which?", "choices": [{"value": "a"}, {"value": "b"}, {"value": false}]},
      {"type": "score", "instructions": "How much?", "levels": [{"label": "a"}, {"label": "b"}]}]})")
                        .json();
  const auto& answers = json.at("answers");
  EXPECT_NEAR(answers.at(0).at("probability").as_double(), 0.75, 1e-9);
  EXPECT_EQ(answers.at(0).at("name"), "p");
  EXPECT_EQ(answers.at(1).at("choice"), "b");
  EXPECT_NEAR(answers.at(1).at("confidence").as_double(), 0.6, 1e-9);
  EXPECT_EQ(answers.at(1).at("probabilities").at(2).at("value"), false);
  EXPECT_NEAR(answers.at(2).at("score").as_double(), 0.75, 1e-9);
}

} // namespace
} // namespace outpost::api::openai
