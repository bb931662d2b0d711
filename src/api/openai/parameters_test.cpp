// Every documented parameter of chat completions: what it does, that it is ignored, or that it is
// refused by its name before any token.
#include <gmock/gmock.h>

#include "api/openai/chat_request.h"

namespace outpost::api::openai {
namespace {

tl::expected<ChatCompletionRequest, Problem> read(const std::string& more) {
  return read_chat_request(
      R"({"model": "tiny", "messages": [{"role": "user", "content": "Hi"}])" + more + "}", {});
}

chat::ChatRequest good(const std::string& more) {
  const auto request = read(more);
  EXPECT_TRUE(request) << more << ": " << request.error().message;
  return request ? request->generation.chat : chat::ChatRequest{};
}

TEST(ChatParameters, Work) {
  EXPECT_FLOAT_EQ(good(R"(, "temperature": 0.25)").sampling.temperature, 0.25f);
  EXPECT_FLOAT_EQ(good(R"(, "top_p": 0.5)").sampling.top_p, 0.5f);
  EXPECT_FLOAT_EQ(good(R"(, "frequency_penalty": -1)").sampling.frequency_penalty, -1.0f);
  EXPECT_FLOAT_EQ(good(R"(, "presence_penalty": 2)").sampling.presence_penalty, 2.0f);
  EXPECT_EQ(good(R"(, "top_k": -1)").sampling.top_k, 0u);
  EXPECT_EQ(good(R"(, "seed": -1)").sampling.seed, ~std::uint64_t{0});
  EXPECT_EQ(good(R"(, "max_tokens": 5)").max_tokens, 5u);
  EXPECT_EQ(good(R"(, "max_tokens": 5, "max_completion_tokens": 6)").max_tokens, 6u);
  EXPECT_EQ(good("").max_tokens, ServiceSettings{}.default_max_tokens);
  EXPECT_EQ(good(R"(, "stop": "a")").stop, std::vector<std::string>{"a"});
  EXPECT_EQ(good(R"(, "stop": ["a", "b"])").stop.size(), 2u);
  EXPECT_EQ(good(R"(, "logit_bias": {"5": -100, "7": 1.5})").sampling.logit_bias.size(), 2u);
  EXPECT_TRUE(good(R"(, "logprobs": true, "top_logprobs": 3)").log_probabilities);
  EXPECT_EQ(good(R"(, "logprobs": true, "top_logprobs": 3)").top_log_probabilities, 3u);
  EXPECT_FALSE(good("").prompt.generates_calls);
  EXPECT_TRUE(good(R"(, "generate_tool_calls": true)").prompt.generates_calls);
  EXPECT_EQ(read(R"(, "n": 4)")->generation.choices, 4u);
  EXPECT_EQ(read(R"(, "priority": -3)")->generation.priority, -3);
  EXPECT_EQ(read(R"(, "timeout": 1.5)")->generation.timeout, std::chrono::milliseconds(1500));
}

TEST(ChatParameters, ResponseFormatBindsTheAnswer) {
  EXPECT_FALSE(good(R"(, "response_format": {"type": "text"})").constraint);
  EXPECT_EQ(good(R"(, "response_format": {"type": "json_object"})").constraint->text,
            R"({"type": "object"})");
  const auto schema = good(R"(, "response_format": {"type": "json_schema", "json_schema":
      {"name": "x", "strict": true, "schema": {"type": "object", "required": ["b", "a"]}}})");
  EXPECT_EQ(schema.constraint->text, R"({"type":"object","required":["b","a"]})");
}

TEST(ChatParameters, AreIgnoredWhereTheyCannotChangeTheAnswer) {
  for (const char* more :
       {R"("user": "u")", R"("metadata": {"a": "b"})", R"("store": false)",
        R"("service_tier": "auto")", R"("safety_identifier": "s")", R"("prompt_cache_key": "k")",
        R"("prediction": {"type": "content", "content": "x"})", R"("modalities": ["text"])",
        R"("reasoning_effort": "high")", R"("verbosity": "medium")", R"("stop": null)",
        R"("stream": false)", R"("tools": [])", R"("parallel_tool_calls": true)"}) {
    EXPECT_TRUE(read(std::string(", ") + more)) << more;
  }
}

TEST(ChatParameters, AMessageMayComeBackAsAClientKeepsIt) {
  // LiteLLM's: what its own code reads in some other server's answers.
  const auto request = read_chat_request(R"({"model": "tiny", "messages": [
      {"role": "user", "content": "Hi"},
      {"role": "assistant", "content": "Hello.", "function_call": null, "refusal": null,
       "provider_specific_fields": {"refusal": null}},
      {"role": "user", "content": "Bye"}]})",
                                         {});
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->generation.chat.prompt.messages.size(), 3u);
}

TEST(ChatParameters, AreRefusedByName) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"("temperature": 2.5)", "temperature"},
      {R"("temperature": "hot")", "temperature"},
      {R"("top_p": -0.1)", "top_p"},
      {R"("frequency_penalty": 3)", "frequency_penalty"},
      {R"("max_tokens": 0)", "max_tokens"},
      {R"("max_tokens": 1e18)", "max_tokens"},
      {R"("n": 0)", "n"},
      {R"("n": 4000000000)", "n"},
      {R"("stop": [""])", "stop"},
      {R"("stop": ["1","2","3","4","5","6","7","8","9","a","b","c","d","e","f","g","h"])", "stop"},
      {R"("stop": [3])", "stop"},
      {R"("logit_bias": {"x": 1})", "logit_bias"},
      {R"("logit_bias": {"5": 101})", "logit_bias"},
      {R"("top_logprobs": 3)", "top_logprobs"},
      {R"("logprobs": true, "top_logprobs": 21)", "top_logprobs"},
      {R"("stream_options": {"include_usage": true})", "stream_options"},
      {R"("response_format": {"type": "xml"})", "response_format.type"},
      {R"("response_format": {"type": "json_schema"})", "response_format.json_schema"},
      {R"("tools": [{"type": "web"}])", "tools[0].type"},
      {R"("tools": [{"type": "function", "function": {"name": "a b"}}])", "tools[0].function.name"},
      {R"("tool_choice": "required")", "tool_choice"},
      {R"("tool_choice": {"type": "function", "function": {"name": "x"}})", "tool_choice"},
      {R"("functions": [])", "functions"},
      {R"("audio": {})", "audio"},
      {R"("modalities": ["audio"])", "modalities"},
      {R"("store": true)", "store"},
      {R"("reasoning_effort": "extreme")", "reasoning_effort"},
      {R"("web_search_options": {})", "web_search_options"},
      {R"("max_token": 3)", "max_token"},
  };
  for (const auto& [more, parameter] : wrong) {
    const auto request = read(std::string(", ") + more);
    ASSERT_FALSE(request) << more;
    EXPECT_EQ(request.error().parameter, parameter) << request.error().message;
  }
}

TEST(ChatParameters, MessagesAreChecked) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"([])", "messages"},
      {R"("Hi")", "messages"},
      {R"([3])", "messages"},
      {R"([{"content": "x"}])", "messages[0].role"},
      {R"([{"role": "wizard", "content": "x"}])", "messages[0].role"},
      {R"([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}])",
       "messages[0].content[0].type"},
      {R"([{"role": "tool", "tool_call_id": "nobody", "content": "x"}])",
       "messages[0].tool_call_id"},
      {R"([{"role": "assistant", "tool_calls": [{"id": "1", "function":
          {"name": "f", "arguments": "{"}}]}])",
       "messages[0].tool_calls[0].function.arguments"},
  };
  for (const auto& [messages, parameter] : wrong) {
    const auto request =
        read_chat_request(R"({"model": "tiny", "messages": )" + std::string(messages) + "}", {});
    ASSERT_FALSE(request) << messages;
    EXPECT_EQ(request.error().parameter, parameter) << request.error().message;
  }
}

} // namespace
} // namespace outpost::api::openai
