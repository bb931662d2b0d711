#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/local_chat_model.h"
#include "engine/testing/fake_decoder.h"
#include "engine/testing/fake_tokenizer.h"

namespace outpost::engine {
namespace {

using testing::FakeDecoder;
using testing::FakeTokenizer;

// A template in C++, that counts how often it is asked.
class CountingTemplate final : public prompt::TemplateRenderer {
public:
  explicit CountingTemplate(int& renderings) : renderings_(renderings) {}
  Result<std::string> render(std::string_view context_json, std::int64_t) const override {
    ++renderings_;
    // The text of the only message: what stands after its key.
    const std::string_view key = R"("content": ")";
    std::string_view text = context_json.substr(context_json.find(key) + key.size());
    return "<turn>" + std::string(text.substr(0, text.find('"'))) + "<turn>";
  }

private:
  int& renderings_;
};

// The local model over the fake decoder; with `templated`, one that reads messages.
class LocalChatModelTest : public ::testing::Test {
protected:
  LocalChatModelTest() { make(false); }
  void make(bool templated) {
    auto kv = std::make_unique<models::KvArena>(FakeDecoder::make_arena(128));
    auto decoder = std::make_unique<FakeDecoder>(*kv, tokenizer_.vocabulary_size(),
                                                 models::DecoderLimits{64, 8, 8, 0});
    decoder_ = decoder.get();
    auto engine = std::make_unique<Engine>(
        EngineParts{std::move(kv), std::move(decoder), tokenizer_, kernels_.rows, workers_, clock_,
                    static_cast<std::uint32_t>(tokenizer_.vocabulary_size()), 0},
        EngineConfig{});
    auto renderer = templated ? std::make_unique<CountingTemplate>(renderings_) : nullptr;
    auto format = std::make_unique<prompt::PromptFormat>(
        prompt::PromptFormat::Template{templated ? "tools tool_calls" : "", std::move(renderer)},
        prompt::PromptFormat::Template{}, prompt::Family{.tools = prompt::ToolFormat::kHermes},
        tokenizer_, clock_);
    model_ = std::make_unique<LocalChatModel>(
        LocalModelParts{"fake", tokenizer_, std::move(engine), std::move(format), false});
  }
  static chat::ChatRequest text_request(std::string text, std::uint32_t max_tokens) {
    chat::ChatRequest request;
    request.prompt.text = std::move(text);
    request.max_tokens = max_tokens;
    request.sampling.temperature = 0;
    return request;
  }
  double score(const std::string& prompt, const std::string& continuation) {
    chat::ScoreRequest request;
    request.items.push_back({{.text = prompt}, continuation});
    const auto scores = model_->score(request, {});
    EXPECT_TRUE(scores) << scores.error().message;
    return scores ? (*scores)[0].log_probability : 0;
  }
  // log p of the tokens after the first `given` of them, straight from the decoder.
  double expected(std::vector<text::TokenId> tokens, std::size_t given) {
    double sum = 0;
    for (std::size_t i = given; i < tokens.size(); ++i) {
      const auto logits = decoder_->logits_after(std::span(tokens).first(i));
      sum += logits[static_cast<std::size_t>(tokens[i])] -
             kernels_.rows.log_sum_exp(logits.data(), logits.size());
    }
    return sum;
  }

  int renderings_ = 0;
  FakeTokenizer tokenizer_;
  kernels::KernelTable kernels_ = *kernels::select_kernels({}, "scalar");
  platform::Workers workers_{1};
  SystemClock clock_;
  FakeDecoder* decoder_ = nullptr; // the engine owns it
  std::unique_ptr<LocalChatModel> model_;
};

TEST_F(LocalChatModelTest, SaysWhatItIs) {
  EXPECT_EQ(model_->info().name, "fake");
  EXPECT_EQ(model_->info().context_tokens, 2048u);
  EXPECT_FALSE(model_->info().has_chat_template);
}

TEST_F(LocalChatModelTest, CompletesTextUnderASchema) {
  chat::ChatRequest request = text_request("The answer is ", 100);
  request.constraint = grammar::GrammarSpec{
      .text = R"({"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"],
                  "additionalProperties":false})"};
  const auto answer = chat::complete(*model_, request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_THAT(answer->text, ::testing::AnyOf(R"({"ok":true})", R"({"ok":false})"));
  EXPECT_EQ(answer->finished.reason, chat::FinishReason::kStop);
  EXPECT_GT(answer->finished.usage.forced_tokens, 0u);
}

TEST_F(LocalChatModelTest, ABrokenSchemaIsAnErrorBeforeTheFirstToken) {
  chat::ChatRequest request = text_request("x", 10);
  request.constraint = grammar::GrammarSpec{.text = R"({"type":"nothing we know"})"};
  int events = 0;
  const Status status = model_->chat(request, [&](const chat::Event&) { ++events; }, {});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(events, 0);
}

TEST_F(LocalChatModelTest, MessagesNeedATemplate) {
  chat::ChatRequest request;
  request.prompt.messages = {chat::user_message("hello")};
  EXPECT_EQ(model_->chat(request, [](const chat::Event&) {}, {}).error().code,
            ErrorCode::kUnsupported);
}

TEST_F(LocalChatModelTest, ACancelledAnswerFinishes) {
  CancelSource cancel;
  cancel.cancel();
  std::vector<chat::FinishReason> reasons;
  const Status status = model_->chat(
      text_request("x", 10),
      [&](const chat::Event& event) {
        if (const auto* end = std::get_if<chat::Finished>(&event)) reasons.push_back(end->reason);
      },
      cancel.token());
  EXPECT_TRUE(status);
  EXPECT_EQ(reasons, std::vector{chat::FinishReason::kCancelled});
}

TEST_F(LocalChatModelTest, ScoresTextAsTheModelWouldReadIt) {
  const auto tokens = [&](std::string_view text) {
    return tokenizer_.encode(text, text::ControlTokens::kPlain);
  };
  EXPECT_NEAR(score("ab", "cd"), expected(tokens("abcd"), 2), 1e-4);
  // `"` and `}` are one token together: the continuation takes the joined one.
  EXPECT_NEAR(score("{\"x\"", "}"), expected(tokens("{\"x\"}"), 3), 1e-4);
}

TEST_F(LocalChatModelTest, ATextFromNothingFollowsTheEndOfAnother) {
  EXPECT_NEAR(score("", "ab"), expected({FakeTokenizer::kEnd, 'a', 'b'}, 1), 1e-4);
}

TEST_F(LocalChatModelTest, AnEmptyContinuationIsRefused) {
  chat::ScoreRequest request;
  request.items.push_back({{.text = "abc"}, ""});
  EXPECT_EQ(model_->score(request, {}).error().code, ErrorCode::kInvalidArgument);
}

// A shared prompt is rendered once, and each score is what it would be alone.
TEST_F(LocalChatModelTest, EqualPromptsOfARequestAreRenderedOnce) {
  make(true);
  chat::ScoreRequest request;
  const auto add = [&](const char* message, const char* continuation) {
    chat::ScoreItem item;
    item.prompt.messages = {chat::user_message(message)};
    item.continuation = continuation;
    request.items.push_back(std::move(item));
  };
  add("one", "yes");
  add("two", "yes");
  add("one", "no");
  add("two", "<turn>"); // what is scored is content, too: no control token
  const auto scores = model_->score(request, {});
  ASSERT_TRUE(scores) << scores.error().message;
  EXPECT_EQ(renderings_, 2);
  ASSERT_EQ(scores->size(), 4u);
  const auto tokens = [&](std::string_view message, std::string_view continuation) {
    std::vector<text::TokenId> out = {FakeTokenizer::kTurn};
    const auto append = [&](std::string_view text) {
      for (const auto id : tokenizer_.encode(text, text::ControlTokens::kPlain)) out.push_back(id);
    };
    append(message);
    out.push_back(FakeTokenizer::kTurn);
    append(continuation);
    return out;
  };
  EXPECT_NEAR((*scores)[0].log_probability, expected(tokens("one", "yes"), 5), 1e-4);
  EXPECT_NEAR((*scores)[1].log_probability, expected(tokens("two", "yes"), 5), 1e-4);
  EXPECT_NEAR((*scores)[2].log_probability, expected(tokens("one", "no"), 5), 1e-4);
  EXPECT_NEAR((*scores)[3].log_probability, expected(tokens("two", "<turn>"), 5), 1e-4);
}

TEST_F(LocalChatModelTest, ARequiredCallComesAsACall) {
  make(true);
  chat::ChatRequest request;
  request.prompt.messages = {chat::user_message("go")};
  request.prompt.tools = {{"move", "moves",
                           R"({"type":"object","properties":{"to":{"enum":["left","right"]}},
                               "required":["to"],"additionalProperties":false})"}};
  request.prompt.tool_choice = chat::ToolChoice::kRequired;
  request.max_tokens = 200;
  request.sampling.temperature = 0;
  // The grammar allows another call after the first: let the fake model prefer to end.
  decoder_->set_end_logit(FakeTokenizer::kEnd, 10);
  const auto answer = chat::complete(*model_, request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->finished.reason, chat::FinishReason::kToolCalls);
  ASSERT_EQ(answer->tool_calls.size(), 1u);
  EXPECT_EQ(answer->tool_calls[0].name, "move");
  EXPECT_THAT(answer->tool_calls[0].arguments,
              ::testing::AnyOf(R"({"to":"left"})", R"({"to":"right"})"));
  EXPECT_EQ(answer->tool_calls[0].id.size(), 9u);
  EXPECT_EQ(answer->text, "");
}

TEST_F(LocalChatModelTest, WhatTheOperatorDeclaresServesEverybodyAndNothingElseDoes) {
  make(true);
  const auto cached = [&](const std::string& principal, const std::string& text, bool declares) {
    chat::ChatRequest request;
    request.principal.value = principal;
    request.max_tokens = 1;
    request.prompt.messages = {chat::user_message(text)};
    if (declares) request.declared.messages = {chat::system_message(std::string(40, 'i'))};
    const auto answer = chat::complete(*model_, request);
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? answer->finished.usage.cached_tokens : 0;
  };
  // The template here writes the first message only; to it, instructions come first in that.
  const std::string ann = std::string(40, 'i') + std::string(40, 'a');
  const std::string bob = std::string(40, 'i') + std::string(40, 'b');
  EXPECT_EQ(cached("ann", ann, true), 0u);
  EXPECT_EQ(cached("bob", bob, true), 32u); // the whole pages of what is declared
  EXPECT_EQ(cached("bob", ann, true), 32u); // and none of what ann said
  EXPECT_GT(cached("ann", ann, true), 32u); // who finds her own words, too
  EXPECT_EQ(cached("cid", std::string(80, 'z'), false), 0u);
  EXPECT_EQ(cached("dan", std::string(80, 'z'), false), 0u);
}

TEST_F(LocalChatModelTest, CountsTokens) {
  EXPECT_EQ(*model_->count_tokens({.text = "the cat"}), 4u); // "the " is one
}

} // namespace
} // namespace outpost::engine
