// A ChatModel whose tool calls come from the pipeline (call_pipeline.h) instead of being generated
// and parsed. Everything else goes to the model behind it as it is: requests without tools, those
// whose last message is a tool's answer (the model then writes), and those that ask for generation.
#pragma once
#include <memory>

#include "agents/calling/calling_profile.h"
#include "chat/chat_model.h"

namespace outpost::agents {

class CallingModel final : public chat::ChatModel {
public:
  CallingModel(std::unique_ptr<chat::ChatModel> model, const CallingProfile& profile)
      : model_(std::move(model)), profile_(profile) {}

  [[nodiscard]] chat::ModelInfo info() const override { return model_->info(); }
  // With a plan: one ToolCallEvent for each call, then Finished with kToolCalls. Without a call due
  // the model answers in words, told of no tools.
  Status chat(const chat::ChatRequest& request, const chat::EventSink& sink,
              const CancelToken& cancel) override;
  Result<std::vector<chat::Score>> score(const chat::ScoreRequest& request,
                                         const CancelToken& cancel) override {
    return model_->score(request, cancel);
  }
  Result<std::uint32_t> count_tokens(const chat::Prompt& prompt) override {
    return model_->count_tokens(prompt);
  }
  Result<std::vector<text::TokenId>> tokenize(std::string_view text) override {
    return model_->tokenize(text);
  }
  Result<std::string> detokenize(std::span<const text::TokenId> tokens) override {
    return model_->detokenize(tokens);
  }
  Result<chat::Embeddings> embed(const chat::EmbedRequest& request,
                                 const CancelToken& cancel) override {
    return model_->embed(request, cancel);
  }

private:
  std::unique_ptr<chat::ChatModel> model_;
  CallingProfile profile_;
};

// Does this request's calls come from the pipeline?
bool wants_plan(const chat::ChatRequest& request);

} // namespace outpost::agents
