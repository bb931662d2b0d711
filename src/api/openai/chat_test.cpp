#include <gmock/gmock.h>

#include "api/openai/routes.h"
#include "api/testing/api_fixture.h"

namespace outpost::api::openai {
namespace {

using testing::ApiFixture;
using ::testing::HasSubstr;

constexpr const char* kChatPath = "/v1/chat/completions";

std::string body(const std::string& more = {}) {
  return R"({"model": "tiny", "messages": [{"role": "user", "content": "Hi"}])" + more + "}";
}

constexpr const char* kTools =
    R"(, "tools": [{"type": "function", "function": {"name": "get_time", "description": "Time.",
       "parameters": {"type": "object", "properties": {"zone": {"type": "string"}}}}},
       {"type": "function", "function": {"name": "other"}}])";

class ChatTest : public ApiFixture {
protected:
  void serve(Script script) { ApiFixture::serve(std::move(script), add_routes); }
};

TEST_F(ChatTest, AWholeAnswer) {
  serve({{"Hello there.", {}, {}}});
  const auto answer = post(kChatPath, body());
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto json = answer.json();
  EXPECT_EQ(json.at("object"), "chat.completion");
  EXPECT_EQ(json.at("model"), "tiny");
  const auto& choice = json.at("choices").at(0);
  EXPECT_EQ(choice.at("message").at("role"), "assistant");
  EXPECT_EQ(choice.at("message").at("content"), "Hello there.");
  EXPECT_EQ(choice.at("finish_reason"), "stop");
  EXPECT_EQ(json.at("usage").at("completion_tokens"), 2);
  EXPECT_EQ(json.at("usage").at("total_tokens"), 4);
  EXPECT_EQ(json.at("usage").at("prompt_tokens_details").at("cached_tokens"), 0);
  EXPECT_EQ(only_request().principal.value, "local");
}

TEST_F(ChatTest, AStreamWithUsageEndsWithDone) {
  serve({{"Hello.", {}, {}}});
  const auto answer =
      post(kChatPath, body(R"(, "stream": true, "stream_options": {"include_usage": true})"));
  EXPECT_THAT(answer.head, HasSubstr("text/event-stream"));
  const auto events = answer.events();
  ASSERT_EQ(events.size(), 5u);
  const auto delta = [&](std::size_t i) {
    return boost::json::parse(events[i]).at("choices").at(0).at("delta");
  };
  EXPECT_EQ(delta(0).at("role"), "assistant");
  EXPECT_EQ(delta(1).at("content"), "Hello.");
  EXPECT_EQ(boost::json::parse(events[2]).at("choices").at(0).at("finish_reason"), "stop");
  const auto last = boost::json::parse(events[3]);
  EXPECT_TRUE(last.at("choices").as_array().empty());
  EXPECT_EQ(last.at("usage").at("completion_tokens"), 1);
  EXPECT_EQ(events[4], "[DONE]");
}

TEST_F(ChatTest, CallsAndTheirResults) {
  serve({{"", {{"abc123def", "get_time", R"({"zone": "UTC"})"}}, {}}});
  const auto answer =
      post(kChatPath,
           R"({"model": "tiny", "messages": [{"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Wh"}, {"type": "text", "text": "en?"}]},
        {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function",
          "function": {"name": "get_time", "arguments": "{}"}}]},
        {"role": "tool", "tool_call_id": "c1", "content": "12:00"}])" +
               std::string(kTools) + R"(, "tool_choice": "auto"})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto json = answer.json(); // a copy of its own, so that parts of it stay good
  const auto& choice = json.at("choices").at(0);
  EXPECT_EQ(choice.at("finish_reason"), "tool_calls");
  EXPECT_TRUE(choice.at("message").at("content").is_null());
  const auto& call = choice.at("message").at("tool_calls").at(0);
  EXPECT_EQ(call.at("id"), "abc123def");
  EXPECT_EQ(call.at("function").at("arguments"), R"({"zone": "UTC"})");

  const chat::ChatRequest request = only_request();
  ASSERT_EQ(request.prompt.messages.size(), 4u);
  EXPECT_EQ(request.prompt.messages[0].role, chat::Role::kSystem);
  EXPECT_EQ(request.prompt.messages[1].text, "When?");
  EXPECT_EQ(request.prompt.messages[2].tool_calls.at(0).id, "c1");
  EXPECT_EQ(request.prompt.messages[3].tool_name, "get_time");
  EXPECT_EQ(request.prompt.messages[3].label.source, chat::Source::kTool);
  ASSERT_EQ(request.prompt.tools.size(), 2u);
  EXPECT_THAT(request.prompt.tools[0].parameters, HasSubstr("zone"));
}

TEST_F(ChatTest, StreamedCallsAreDeltasWithAnIndex) {
  const std::vector<chat::ToolCall> calls = {{"aaaaaaaaa", "get_time", "{}"},
                                             {"bbbbbbbbb", "other", "{}"}};
  serve({{"", calls, {}}, {"", calls, {}}});
  const auto all = post(kChatPath, body(kTools + std::string(R"(, "stream": true)"))).body;
  EXPECT_THAT(all, HasSubstr(R"("tool_calls": [{"index": 0, "id": "aaaaaaaaa")"));
  EXPECT_THAT(all, HasSubstr(R"("tool_calls": [{"index": 1, "id": "bbbbbbbbb")"));
  EXPECT_THAT(all, HasSubstr(R"("finish_reason": "tool_calls")"));
  const auto single = post(
      kChatPath, body(kTools + std::string(R"(, "stream": true, "parallel_tool_calls": false)")));
  EXPECT_EQ(single.body.find("bbbbbbbbb"), std::string::npos);
}

TEST_F(ChatTest, ToolChoiceSaysWhatMayBeCalled) {
  serve({{"a", {}, {}}, {"b", {}, {}}, {"c", {}, {}}});
  ASSERT_EQ(post(kChatPath, body(kTools + std::string(R"(, "tool_choice": "none")"))).status, 200);
  ASSERT_EQ(post(kChatPath, body(kTools + std::string(R"(, "tool_choice": "required")"))).status,
            200);
  ASSERT_EQ(post(kChatPath, body(kTools + std::string(R"(, "tool_choice":
                 {"type": "function", "function": {"name": "other"}})")))
                .status,
            200);
  const auto requests = model_->requests();
  EXPECT_EQ(requests[0].prompt.tool_choice, chat::ToolChoice::kNone);
  EXPECT_EQ(requests[1].prompt.tool_choice, chat::ToolChoice::kRequired);
  EXPECT_EQ(requests[2].prompt.tool_choice, chat::ToolChoice::kRequired);
  ASSERT_EQ(requests[2].prompt.tools.size(), 1u);
  EXPECT_EQ(requests[2].prompt.tools[0].name, "other");
}

TEST_F(ChatTest, SeveralChoicesAreMadeAndCounted) {
  serve({{"one two", {}, {}}, {"one two", {}, {}}, {"one two", {}, {}}});
  const auto json = post(kChatPath, body(R"(, "n": 3, "seed": 7)")).json();
  ASSERT_EQ(json.at("choices").as_array().size(), 3u);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(json.at("choices").at(std::size_t(i)).at("index"), i);
  EXPECT_EQ(json.at("usage").at("completion_tokens"), 6);
  EXPECT_EQ(json.at("usage").at("prompt_tokens"), 2);
  std::set<std::uint64_t> seeds;
  for (const auto& request : model_->requests()) seeds.insert(*request.sampling.seed);
  EXPECT_EQ(seeds, (std::set<std::uint64_t>{7, 8, 9}));
}

TEST_F(ChatTest, AnErrorOfTheModelHasItsStatusInBothForms) {
  const Error too_long{ErrorCode::kLimitExceeded, "9000 tokens do not fit 8192", ""};
  serve({{"", {}, too_long}, {"", {}, too_long}});
  for (const char* more : {"", R"(, "stream": true)"}) {
    const auto answer = post(kChatPath, body(more));
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.json().at("error").at("code"), "limit_exceeded");
    EXPECT_THAT(answer.body, HasSubstr("9000 tokens"));
  }
}

TEST_F(ChatTest, AnUnknownModelIsNamed) {
  serve({});
  const auto answer =
      post(kChatPath, R"({"model": "gpt-9", "messages": [{"role": "user", "content": ""}]})");
  EXPECT_EQ(answer.status, 404);
  const auto error = answer.json().at("error");
  EXPECT_EQ(error.at("code"), "model_not_found");
  EXPECT_EQ(error.at("param"), "model");
}

TEST_F(ChatTest, ModelsAreListed) {
  serve({});
  EXPECT_EQ(ask("GET", "/v1/models").json().at("data").at(0).at("id"), "tiny");
  EXPECT_EQ(ask("GET", "/v1/models/tiny").json().at("object"), "model");
  EXPECT_EQ(ask("GET", "/v1/models/a/b").status, 404);
}

} // namespace
} // namespace outpost::api::openai
