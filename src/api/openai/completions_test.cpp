#include <gmock/gmock.h>

#include "api/openai/routes.h"
#include "api/testing/api_fixture.h"

namespace outpost::api::openai {
namespace {

using testing::ApiFixture;
using ::testing::HasSubstr;

constexpr const char* kCompletionsPath = "/v1/completions";

class CompletionsTest : public ApiFixture {
protected:
  void serve(Script script) { ApiFixture::serve(std::move(script), add_routes); }
};

TEST_F(CompletionsTest, AnswersEachPromptInOrder) {
  // Both answers are made at once: which of them the script's first is nobody knows.
  serve({{" same", {}, {}}, {" same", {}, {}}, {" same", {}, {}}, {" same", {}, {}}});
  const auto json =
      post(kCompletionsPath, R"({"model": "tiny", "prompt": ["a b", "c"], "n": 2, "echo": true})")
          .json();
  const auto& choices = json.at("choices").as_array();
  ASSERT_EQ(choices.size(), 4u);
  EXPECT_EQ(choices[1].at("text"), "a b same");
  EXPECT_EQ(choices[2].at("text"), "c same");
  EXPECT_EQ(choices[3].at("index"), 3);
  EXPECT_EQ(json.at("usage").at("prompt_tokens"), 3);
  EXPECT_EQ(json.at("usage").at("completion_tokens"), 4);
  EXPECT_EQ(post(kCompletionsPath, R"({"model": "tiny", "prompt": []})").status, 400);
  EXPECT_EQ(post(kCompletionsPath, R"({"model": "tiny", "prompt": [[1, 2]]})").status, 400);
}

TEST_F(CompletionsTest, GoesOnFromTextWithoutATemplate) {
  serve({{" upon a time", {}, {}}, {" upon", {}, {}}});
  const auto whole = post(kCompletionsPath, R"({"model": "tiny", "prompt": "Once", "echo": true})");
  EXPECT_EQ(whole.json().at("object"), "text_completion");
  EXPECT_EQ(whole.json().at("choices").at(0).at("text"), "Once upon a time");
  EXPECT_EQ(only_request().prompt.text, "Once");
  EXPECT_TRUE(only_request().prompt.messages.empty());
  const auto stream = post(
      kCompletionsPath, R"({"model": "tiny", "prompt": ["Once"], "echo": true, "stream": true})");
  std::string text;
  for (const std::string& event : stream.events()) {
    if (event != "[DONE]") {
      text += boost::json::parse(event).at("choices").at(0).at("text").as_string();
    }
  }
  EXPECT_EQ(text, "Once upon");
}

TEST_F(CompletionsTest, TheBestOfSeveralAreGivenBack) {
  serve({{"a b c", {}, {}}, {"a b c", {}, {}}, {"a b c", {}, {}}});
  const auto answer =
      post(kCompletionsPath,
           R"({"model": "tiny", "prompt": "Once", "n": 2, "best_of": 3, "suffix": "end"})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto json = answer.json();
  ASSERT_EQ(json.at("choices").as_array().size(), 2u);
  EXPECT_EQ(json.at("choices").at(1).at("index"), 1);
  EXPECT_EQ(json.at("choices").at(1).at("logprobs"), nullptr) << "nobody asked for them";
  EXPECT_EQ(json.at("usage").at("completion_tokens"), 9) << "all that were made are counted";
  for (const auto& request : model_->requests()) {
    EXPECT_TRUE(request.log_probabilities);
    EXPECT_EQ(request.prompt.suffix, "end");
  }
}

TEST_F(CompletionsTest, WrongParametersAreNamed) {
  serve({});
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"model": "tiny"})", "prompt"},
      {R"({"model": "tiny", "prompt": [1, 2]})", "prompt"},
      {R"({"model": "tiny", "prompt": "a", "suffix": 3})", "suffix"},
      {R"({"model": "tiny", "prompt": "a", "n": 2, "best_of": 1})", "best_of"},
      {R"({"model": "tiny", "prompt": "a", "best_of": 3, "stream": true})", "best_of"},
      {R"({"model": "tiny", "prompt": "a", "logprobs": 6})", "logprobs"},
      {R"({"model": "tiny", "prompt": "a", "logprobs": 1, "echo": true})", "logprobs"},
  };
  for (const auto& [body, parameter] : wrong) {
    const auto answer = post(kCompletionsPath, body);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.json().at("error").at("param"), parameter) << answer.body;
  }
  EXPECT_TRUE(model_->requests().empty());
}

} // namespace
} // namespace outpost::api::openai
