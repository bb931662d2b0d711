// A ChatModel that hands everything on to another one: the base of those that change some of it.
#pragma once
#include "chat/chat_model.h"

namespace outpost::chat {

class ForwardingModel : public ChatModel {
public:
  [[nodiscard]] ModelInfo info() const override { return behind().info(); }
  Status chat(const ChatRequest& request, const EventSink& sink,
              const CancelToken& cancel) override {
    return behind().chat(request, sink, cancel);
  }
  Result<std::vector<Score>> score(const ScoreRequest& request,
                                   const CancelToken& cancel) override {
    return behind().score(request, cancel);
  }
  Result<std::uint32_t> count_tokens(const Prompt& prompt) override {
    return behind().count_tokens(prompt);
  }
  Result<std::vector<text::TokenId>> tokenize(std::string_view text) override {
    return behind().tokenize(text);
  }
  Result<std::string> detokenize(std::span<const text::TokenId> tokens) override {
    return behind().detokenize(tokens);
  }
  Result<Embeddings> embed(const EmbedRequest& request, const CancelToken& cancel) override {
    return behind().embed(request, cancel);
  }

private:
  // The other one; there while this is asked anything.
  [[nodiscard]] virtual ChatModel& behind() const = 0;
};

} // namespace outpost::chat
