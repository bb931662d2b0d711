#include <gmock/gmock.h>

#include "api/anthropic/request.h"
#include "api/anthropic/routes.h"
#include "api/testing/api_fixture.h"

namespace outpost::api::anthropic {
namespace {

using testing::ApiFixture;
using ::testing::HasSubstr;

constexpr const char* kPath = "/v1/messages";

class AnthropicTest : public ApiFixture {
protected:
  void serve(Script script) { ApiFixture::serve(std::move(script), add_routes); }
};

TEST_F(AnthropicTest, AMessage) {
  serve({{"Hello.", {}, {}}});
  const auto json =
      post(kPath, R"({"model": "tiny", "max_tokens": 9, "system": [{"type": "text", "text": "S"}],
      "stop_sequences": ["x"], "messages": [{"role": "user", "content": "Hi"}]})")
          .json();
  EXPECT_EQ(json.at("type"), "message");
  EXPECT_EQ(json.at("content").at(0).at("text"), "Hello.");
  EXPECT_EQ(json.at("stop_reason"), "end_turn");
  EXPECT_EQ(json.at("usage").at("output_tokens"), 1);
  EXPECT_EQ(only_request().max_tokens, 9u);
  EXPECT_EQ(only_request().prompt.messages.at(0).role, chat::Role::kSystem);
}

TEST_F(AnthropicTest, NamesTheStopSequence) {
  serve({{"One. Two", {}, {}}, {"One. Two", {}, {}}});
  constexpr const char* kBody = R"({"model": "tiny", "max_tokens": 9, "stream": STREAM,
      "stop_sequences": ["!", ". "], "messages": [{"role": "user", "content": "Hi"}]})";
  const auto body = [&](std::string_view streams) {
    std::string text = kBody;
    return text.replace(text.find("STREAM"), 6, streams);
  };
  const auto json = post(kPath, body("false")).json();
  EXPECT_EQ(json.at("content").at(0).at("text"), "One");
  EXPECT_EQ(json.at("stop_reason"), "stop_sequence");
  EXPECT_EQ(json.at("stop_sequence"), ". ");
  EXPECT_THAT(post(kPath, body("true")).body,
              HasSubstr(R"("stop_reason": "stop_sequence", "stop_sequence": ". ")"));
}

TEST_F(AnthropicTest, BlocksBecomeMessages) {
  serve({{"x", {}, {}}});
  const auto answer = post(
      kPath,
      R"({"model": "tiny", "max_tokens": 9, "tools": [{"name": "f", "input_schema": {"type": "object"}}],
      "tool_choice": {"type": "none"}, "messages": [
      {"role": "user", "content": "a"},
      {"role": "assistant", "content": [{"type": "thinking", "thinking": "t", "signature": "s"},
        {"type": "text", "text": "b"}, {"type": "tool_use", "id": "t1", "name": "f", "input": {"x": 1}}]},
      {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "r"}], "is_error": true},
        {"type": "text", "text": "c"}]},
      {"role": "assistant", "content": "begin"}]})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto prompt = only_request().prompt;
  ASSERT_EQ(prompt.messages.size(), 4u);
  EXPECT_EQ(prompt.messages[1].tool_calls.at(0).arguments, R"({"x":1})");
  EXPECT_EQ(prompt.messages[2].text, "Error: r");
  EXPECT_EQ(prompt.messages[2].tool_name, "f");
  EXPECT_EQ(prompt.messages[3].text, "c");
  EXPECT_EQ(prompt.text, "begin");
}

TEST_F(AnthropicTest, EventsOfABlockAndACall) {
  serve({{"Hm.", {{"aaaaaaaaa", "f", R"({"x": 1})"}}, {}}});
  const auto stream = post(kPath, R"({"model": "tiny", "max_tokens": 9, "stream": true,
      "tools": [{"name": "f"}], "messages": [{"role": "user", "content": "a"}]})");
  std::vector<std::string> types;
  for (const std::string& event : stream.events()) {
    types.emplace_back(boost::json::parse(event).at("type").as_string());
  }
  EXPECT_EQ(types, (std::vector<std::string>{
                       "message_start", "content_block_start", "content_block_delta",
                       "content_block_stop", "content_block_start", "content_block_delta",
                       "content_block_stop", "message_delta", "message_stop"}));
  EXPECT_THAT(stream.body, HasSubstr(R"("partial_json": "{\"x\": 1}")"));
  EXPECT_THAT(stream.body, HasSubstr(R"("stop_reason": "tool_use")"));
}

TEST_F(AnthropicTest, ArgumentsComeInPieces) {
  serve({{.tool_calls = {{"aaaaaaaaa", "f", R"({"x":1})"}, {"bbbbbbbbb", "g", "{}"}},
          .piece_bytes = 4}});
  const auto stream = post(kPath, R"({"model": "tiny", "max_tokens": 9, "stream": true,
      "tools": [{"name": "f"}, {"name": "g"}], "messages": [{"role": "user", "content": "a"}]})");
  std::vector<std::string> told;
  for (const std::string& event : stream.events()) {
    const auto json = boost::json::parse(event);
    if (json.at("type") == "content_block_delta") {
      told.emplace_back(json.at("delta").at("partial_json").as_string());
    } else if (json.at("type") == "content_block_start") {
      told.emplace_back(json.at("content_block").at("name").as_string());
    }
  }
  EXPECT_EQ(told, (std::vector<std::string>{"f", "{\"x\"", ":1}", "g", "{}"}));
}

TEST_F(AnthropicTest, TokensAreCountedAndErrorsHaveTheirShape) {
  serve({{"", {}, Error{ErrorCode::kLimitExceeded, "too long", ""}}});
  EXPECT_EQ(post("/v1/messages/count_tokens",
                 R"({"model": "tiny", "messages": [{"role": "user", "content": "a b c"}]})")
                .json()
                .at("input_tokens"),
            4);
  const auto failed = post(
      kPath,
      R"({"model": "tiny", "max_tokens": 9, "stream": true, "messages": [{"role": "user", "content": "a"}]})");
  EXPECT_EQ(failed.status, 400);
  EXPECT_EQ(failed.json().at("error").at("type"), "invalid_request_error");
}

TEST(AnthropicRequest, MistakesAreNamed) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"("max_tokens": 1, "messages": [])", "messages"},
      {R"("messages": [{"role": "user", "content": "x"}])", "max_tokens"},
      {R"("max_tokens": 1, "messages": [{"role": "system", "content": "x"}])", "messages[0].role"},
      {R"("max_tokens": 1, "messages": [{"role": "user", "content": [{"type": "image", "source": {}}]}])",
       "messages[0].content[0].type"},
      {R"("max_tokens": 1, "messages": [{"role": "user", "content": "x"}], "thinking": {"type": "deep", "budget_tokens": 9})",
       "thinking.type"},
      {R"("max_tokens": 1, "messages": [{"role": "user", "content": "x"}], "tool_choice": {"type": "tool", "name": "f"})",
       "tool_choice.name"},
      {R"("max_tokens": 1, "messages": [{"role": "user", "content": "x"}], "mcp_servers": [])",
       "mcp_servers"},
  };
  for (const auto& [more, parameter] : wrong) {
    const auto request = read_messages_request(R"({"model": "m", )" + std::string(more) + "}");
    ASSERT_FALSE(request) << more;
    EXPECT_EQ(request.error().parameter, parameter) << request.error().message;
  }
}

} // namespace
} // namespace outpost::api::anthropic
