// What a model thought, apart from what it said: in each API, whole and streamed, asked for, and
// sent back.
#include <gmock/gmock.h>

#include "api/anthropic/routes.h"
#include "api/ollama/routes.h"
#include "api/openai/routes.h"
#include "api/testing/api_fixture.h"

namespace outpost::api {
namespace {

using ::testing::HasSubstr;

constexpr const char* kMessages = R"("messages": [{"role": "user", "content": "q"}])";

class ThinkingTest : public testing::ApiFixture {
protected:
  // Two answers, each with a thought.
  void serve() {
    ApiFixture::serve({{"Four.", {}, {}, "Two and two."}, {"Four.", {}, {}, "Two and two."}},
                      [](http::Router& router, Service& service) {
                        openai::add_routes(router, service);
                        anthropic::add_routes(router, service);
                        ollama::add_routes(router, service);
                      });
  }
  static std::string body(const std::string& more) {
    return R"({"model": "tiny", )" + std::string(kMessages) + more + "}";
  }
  std::string streamed(const char* path, const std::string& body) {
    const auto answer = post(path, body);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.body;
  }
};

TEST_F(ThinkingTest, ChatCompletions) {
  serve();
  const auto whole = post("/v1/chat/completions", body(R"(, "reasoning_effort": "none")"));
  ASSERT_EQ(whole.status, 200) << whole.body;
  const auto json = whole.json();
  const auto& message = json.at("choices").at(0).at("message");
  EXPECT_EQ(message.at("reasoning_content"), "Two and two.");
  EXPECT_EQ(message.at("content"), "Four.");
  EXPECT_EQ(json.at("usage").at("completion_tokens_details").at("reasoning_tokens"), 3);
  const std::string stream =
      streamed("/v1/chat/completions", body(R"(, "stream": true, "thinking_budget": 7,
                        "chat_template_kwargs": {"enable_thinking": true})"));
  EXPECT_THAT(stream, HasSubstr(R"("reasoning_content": "Two and two.")"));
  const auto requests = model_->requests();
  EXPECT_EQ(requests[0].prompt.thinking, chat::Thinking::kOff);
  EXPECT_EQ(requests[0].thought_tokens_max, std::nullopt);
  EXPECT_EQ(requests[1].prompt.thinking, chat::Thinking::kOn);
  EXPECT_EQ(requests[1].thought_tokens_max, 7u);
}

TEST_F(ThinkingTest, Responses) {
  serve();
  const auto whole =
      post("/v1/responses", R"({"model": "tiny", "input": "q", "max_output_tokens": 100,
                              "reasoning": {"effort": "high"}})");
  ASSERT_EQ(whole.status, 200) << whole.body;
  const auto json = whole.json();
  const auto& output = json.at("output").as_array();
  ASSERT_EQ(output.size(), 2u);
  EXPECT_EQ(output[0].at("type"), "reasoning");
  EXPECT_EQ(output[0].at("content").at(0).at("text"), "Two and two.");
  EXPECT_EQ(output[1].at("content").at(0).at("text"), "Four.");
  const std::string stream =
      streamed("/v1/responses", R"({"model": "tiny", "input": "q", "stream": true})");
  EXPECT_THAT(stream, HasSubstr("response.reasoning_text.delta"));
  EXPECT_THAT(stream, HasSubstr("response.reasoning_text.done"));
  EXPECT_THAT(stream, HasSubstr("response.output_text.delta"));
  EXPECT_EQ(model_->requests()[0].thought_tokens_max, 75u);
  EXPECT_EQ(model_->requests()[0].prompt.thinking, chat::Thinking::kOn);
}

TEST_F(ThinkingTest, Messages) {
  serve();
  const auto whole = post("/v1/messages", body(R"(, "max_tokens": 9, "thinking":
      {"type": "enabled", "budget_tokens": 1024})"));
  ASSERT_EQ(whole.status, 200) << whole.body;
  const auto json = whole.json();
  const auto& content = json.at("content").as_array();
  ASSERT_EQ(content.size(), 2u);
  EXPECT_EQ(content[0].at("type"), "thinking");
  EXPECT_EQ(content[0].at("thinking"), "Two and two.");
  EXPECT_EQ(content[1].at("text"), "Four.");
  const std::string stream = streamed("/v1/messages", body(R"(, "max_tokens": 9, "stream": true)"));
  EXPECT_THAT(stream, HasSubstr("thinking_delta"));
  EXPECT_LT(stream.find("thinking_delta"), stream.find("text_delta"));
  EXPECT_EQ(model_->requests()[0].thought_tokens_max, 1024u);
  EXPECT_EQ(model_->requests()[0].prompt.thinking, chat::Thinking::kOn);
}

TEST_F(ThinkingTest, Ollama) {
  serve();
  const auto whole = post(
      "/api/chat", body(R"(, "think": "low", "stream": false, "options": {"num_predict": 40})"));
  ASSERT_EQ(whole.status, 200) << whole.body;
  EXPECT_EQ(whole.json().at("message").at("thinking"), "Two and two.");
  EXPECT_EQ(whole.json().at("message").at("content"), "Four.");
  const std::string stream = streamed("/api/chat", body(R"(, "think": false)"));
  EXPECT_THAT(stream, HasSubstr(R"("thinking": "Two and two.")"));
  EXPECT_EQ(model_->requests()[0].prompt.thinking, chat::Thinking::kOn);
  EXPECT_EQ(model_->requests()[1].prompt.thinking, chat::Thinking::kOff);
  EXPECT_EQ(model_->requests()[0].thought_tokens_max, 10u);
}

TEST_F(ThinkingTest, ThoughtsThatAreSentBackReachTheTemplate) {
  serve();
  const auto answer = post("/v1/chat/completions", R"({"model": "tiny", "messages": [
      {"role": "user", "content": "q"},
      {"role": "assistant", "content": "Four.", "reasoning_content": "Two and two."},
      {"role": "user", "content": "Sure?"}]})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(only_request().prompt.messages[1].reasoning, "Two and two.");
}

TEST_F(ThinkingTest, ToolsGoTogetherWithAResponseFormat) {
  serve();
  const auto answer = post("/v1/chat/completions", body(R"(, "tools":
      [{"type": "function", "function": {"name": "f"}}], "parallel_tool_calls": false,
      "response_format": {"type": "json_object"})"));
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto request = only_request();
  EXPECT_TRUE(request.constraint);
  EXPECT_TRUE(request.prompt.single_call);
  EXPECT_EQ(request.prompt.tools.size(), 1u);
}

} // namespace
} // namespace outpost::api
