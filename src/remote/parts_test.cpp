#include <gtest/gtest.h>

#include "chat/json_value.h"
#include "remote/answer_reader.h"
#include "remote/chat_body.h"
#include "remote/event_reader.h"
#include "remote/token_guess.h"

namespace outpost::remote {
namespace {

TEST(Address, PlainHttpIsForLoopback) {
  const auto code = [](const std::string& url) {
    const auto address = address_of({.name = "e", .url = url}, "/chat/completions");
    return address ? std::string(address->text()) : std::string(to_string(address.error().code));
  };
  EXPECT_EQ(code("https://api.example.com/v1/"), "https://api.example.com/v1/chat/completions");
  EXPECT_EQ(code("http://127.0.0.1:8080/v1"), "http://127.0.0.1:8080/v1/chat/completions");
  EXPECT_EQ(code("http://api.example.com/v1"), "permission_denied");
  EXPECT_EQ(code("http://127.0.0.1.example.com/v1"), "permission_denied");
  EXPECT_EQ(code("ftp://api.example.com"), "invalid_argument");
}

// The events that a text makes when it comes in pieces of `size` bytes.
std::vector<std::string> events(std::string_view text, std::size_t size) {
  std::vector<std::string> found;
  EventReader reader(1000, [&](std::string_view data) -> Status {
    found.emplace_back(data);
    return {};
  });
  for (std::size_t at = 0; at < text.size(); at += size) {
    EXPECT_TRUE(reader.read(text.substr(at, size)));
  }
  return found;
}

TEST(EventReader, ReadsDataHoweverItIsCut) {
  constexpr std::string_view kText =
      ": hello\n\ndata: one\n\ndata:two\r\n\r\nevent: x\rid: 7\rdata: a\r"
      "data: b\r\rdata\n\nretry: 3\n\ndata: unfinished";
  const std::vector<std::string> expected = {"one", "two", "a\nb"};
  for (std::size_t size = 1; size <= kText.size(); ++size) {
    EXPECT_EQ(events(kText, size), expected) << size;
  }
}

TEST(EventReader, AnEventHasAnEnd) {
  EventReader reader(100, [](std::string_view) { return Status(); });
  Status status;
  for (int i = 0; i < 100 && status; ++i) status = reader.read("data: many lines\n");
  EXPECT_EQ(status.error().code, ErrorCode::kLimitExceeded);
}

struct AnswerReaderTest : testing::Test {
  chat::Answer answer;
  chat::EventSink sink = [this](const chat::Event& event) {
    if (const auto* text = std::get_if<chat::TextDelta>(&event)) answer.text += text->text;
    if (const auto* call = std::get_if<chat::ToolCallEvent>(&event)) {
      answer.tool_calls.push_back(call->call);
    }
    if (const auto* end = std::get_if<chat::Finished>(&event)) answer.finished = *end;
  };
  AnswerReader reader{sink, false};
};

TEST_F(AnswerReaderTest, JoinsTextAndCallsFromPieces) {
  for (
      const char* data :
      {R"({"choices":[{"delta":{"role":"assistant","content":"Let "}}]})",
       R"({"choices":[{"delta":{"content":"me see"}}]})",
       R"({"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"find","arguments":""}}]}}]})",
       R"({"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"id\":"}}]}}]})",
       R"({"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"7}"}},{"index":1,"id":"c2","function":{"name":"list"}}]}}]})",
       R"({"choices":[{"delta":{},"finish_reason":"tool_calls"}]})",
       R"({"choices":[],"usage":{"prompt_tokens":30,"completion_tokens":9,"prompt_tokens_details":{"cached_tokens":4}}})",
       "[DONE]"}) {
    ASSERT_TRUE(reader.read(data)) << data;
  }
  ASSERT_TRUE(reader.finish(99));
  EXPECT_EQ(answer.text, "Let me see");
  EXPECT_EQ(answer.tool_calls,
            (std::vector<chat::ToolCall>{{"c1", "find", R"({"id":7})"}, {"c2", "list", "{}"}}));
  EXPECT_EQ(answer.finished.reason, chat::FinishReason::kToolCalls);
  EXPECT_EQ(answer.finished.usage.prompt_tokens, 30U);
  EXPECT_EQ(answer.finished.usage.cached_tokens, 4U);
  EXPECT_EQ(answer.finished.usage.completion_tokens, 9U);
}

TEST_F(AnswerReaderTest, UsageThatIsNotSaidIsGuessedNotNothing) {
  ASSERT_TRUE(
      reader.read(R"({"choices":[{"delta":{"content":"123456"},"finish_reason":"stop"}]})"));
  ASSERT_TRUE(reader.finish(99));
  EXPECT_EQ(answer.finished.usage.prompt_tokens, 99U);
  EXPECT_EQ(answer.finished.usage.completion_tokens, tokens_guessed(6));
}

TEST_F(AnswerReaderTest, AnAnswerThatBreaksOffIsNoAnswer) {
  ASSERT_TRUE(reader.read(R"({"choices":[{"delta":{"content":"Once upon"}}]})"));
  EXPECT_EQ(reader.finish(1).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(reader.read(R"({"error":{"message":"overloaded\u001b[2J"}})").error().message,
            "the endpoint broke off: overloaded [2J");
}

TEST_F(AnswerReaderTest, HostileChunksAreRefused) {
  for (const char* data : {"", "[", "null", "7", "{}", R"({"choices":{}})", R"({"choices":[7]})",
                           R"({"choices":[{"delta":{"tool_calls":[7]}}]})",
                           R"({"choices":[{"delta":{"tool_calls":[{"index":9007199254740993}]}}]})",
                           R"({"choices":[{"delta":{"tool_calls":[{"index":5}]}}]})"}) {
    AnswerReader fresh(sink, false);
    EXPECT_FALSE(fresh.read(data)) << data;
  }
  AnswerReader flooded(sink, false);
  Status status;
  for (std::size_t i = 0; i < 100 && status; ++i) {
    status = flooded.read(R"({"choices":[{"delta":{"tool_calls":[{"index":)" + std::to_string(i) +
                          R"(,"function":{"name":"f"}}]}}]})");
  }
  EXPECT_EQ(status.error().code, ErrorCode::kLimitExceeded);
}

TEST_F(AnswerReaderTest, ArgumentsThatAreNoObjectAreRefused) {
  ASSERT_TRUE(reader.read(
      R"({"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"f","arguments":"[1]"}}]},"finish_reason":"stop"}]})"));
  EXPECT_EQ(reader.finish(1).error().code, ErrorCode::kCorruptData);
}

TEST_F(AnswerReaderTest, AnAnswerUnderASchemaMustBeJson) {
  AnswerReader strict(sink, true);
  ASSERT_TRUE(
      strict.read(R"({"choices":[{"message":{"content":"Sure! {}"},"finish_reason":"stop"}]})"));
  EXPECT_EQ(strict.finish(1).error().code, ErrorCode::kCorruptData);
}

struct ChatBodyTest : testing::Test {
  Endpoint endpoint{.name = "cloud", .url = "https://x/v1", .model = "big"};
  chat::ChatRequest request;
  ChatBodyTest() { request.prompt.messages = {chat::user_message("Hi")}; }
};

TEST_F(ChatBodyTest, SaysEverythingThatTheApiKnows) {
  request.prompt.messages.push_back(chat::assistant_message(""));
  request.prompt.messages.back().tool_calls = {{"c1", "find", R"({"id":7})"}};
  request.prompt.messages.push_back(
      {.role = chat::Role::kTool, .text = "none", .tool_call_id = "c1"});
  request.prompt.tools = {{"find", "Finds", R"({"type":"object"})"}};
  request.prompt.tool_choice = chat::ToolChoice::kRequired;
  request.constraint.emplace().text = R"({"type":"object"})";
  request.sampling.temperature = 0;
  request.sampling.top_p = 0.5F;
  request.sampling.seed = 5;
  request.stop = {"END"};
  const auto body = chat_body(request, endpoint);
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(
      *body,
      R"({"model":"big","messages":[{"role":"user","content":"Hi"},)"
      R"({"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function","function":{"name":"find","arguments":"{\"id\":7}"}}]},)"
      R"({"role":"tool","content":"none","tool_call_id":"c1"}],)"
      R"("tools":[{"type":"function","function":{"name":"find","description":"Finds","parameters":{"type":"object"}}}],)"
      R"("tool_choice":"required","response_format":{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":{"type":"object"}}},)"
      R"("temperature":0,"top_p":0.5,"seed":5,"max_tokens":512,"stop":["END"],"stream":true,"stream_options":{"include_usage":true}})");
}

TEST_F(ChatBodyTest, WhatItDoesNotKnowIsAnError) {
  const auto refused = [&](const std::function<void(chat::ChatRequest&)>& change) {
    chat::ChatRequest changed = request;
    change(changed);
    const auto body = chat_body(changed, endpoint);
    return !body && body.error().code == ErrorCode::kUnsupported;
  };
  EXPECT_TRUE(refused([](auto& r) { r.prompt.messages.clear(); }));
  EXPECT_TRUE(refused([](auto& r) { r.prompt.text = "Sure,"; }));
  EXPECT_TRUE(refused([](auto& r) { r.log_probabilities = true; }));
  EXPECT_TRUE(refused([](auto& r) { r.sampling.logit_bias = {{1, 2.0F}}; }));
  EXPECT_TRUE(refused([](auto& r) { r.stop.assign(5, "x"); }));
  EXPECT_TRUE(
      refused([](auto& r) { r.constraint.emplace().kind = grammar::GrammarSpec::Kind::kRegex; }));
  EXPECT_FALSE(refused([](auto&) {}));
}

TEST_F(ChatBodyTest, ToolsAndSchemasMustBeJson) {
  request.prompt.tools = {{"find", "", "{"}};
  EXPECT_EQ(chat_body(request, endpoint).error().code, ErrorCode::kInvalidArgument);
  request.prompt.tools.clear();
  request.constraint.emplace().text = "nonsense";
  EXPECT_EQ(chat_body(request, endpoint).error().code, ErrorCode::kInvalidArgument);
}

} // namespace
} // namespace outpost::remote
