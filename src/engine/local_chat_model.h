// The local engine as a ChatModel: prompts become tokens, constraints are compiled on the caller's
// thread, tool calls are read out of the answer, and what was generated is remembered as tokens.
#pragma once
#include <memory>
#include <mutex>
#include <string>

#include "chat/chat_model.h"
#include "engine/engine.h"
#include "grammar/constraint.h"
#include "prompt/prompt_format.h"

namespace outpost::engine {

// What a LocalChatModel is made of; it owns all of it but the tokenizer.
struct LocalModelParts {
  std::string name;
  const text::Tokenizer& tokenizer;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<prompt::PromptFormat> format;
  // SentencePiece styles begin a turn's text with a space that nobody wrote.
  bool strip_leading_space = false;
  chat::Pooling pooling = chat::Pooling::kMean; // of embeddings
};

// Thread-safe.
class LocalChatModel final : public chat::ChatModel {
public:
  explicit LocalChatModel(LocalModelParts parts) : parts_(std::move(parts)) {}

  [[nodiscard]] chat::ModelInfo info() const override;
  Status chat(const chat::ChatRequest& request, const chat::EventSink& sink,
              const CancelToken& cancel) override;
  Result<std::vector<chat::Score>> score(const chat::ScoreRequest& request,
                                         const CancelToken& cancel) override;
  Result<std::uint32_t> count_tokens(const chat::Prompt& prompt) override;
  Result<std::vector<text::TokenId>> tokenize(std::string_view text) override;
  Result<std::string> detokenize(std::span<const text::TokenId> tokens) override;
  Result<chat::Embeddings> embed(const chat::EmbedRequest& request,
                                 const CancelToken& cancel) override;

private:
  // `prompt` is the request's as it is told to the model.
  Result<GenerateRequest> to_engine(const chat::ChatRequest& request, const chat::Prompt& prompt);
  Result<std::uint32_t> shared_tokens(const chat::Prompt& declared,
                                      const std::vector<text::TokenId>& prompt);
  Result<std::unique_ptr<grammar::Constraint>>
  constraint_of(const chat::ChatRequest& request, const chat::Prompt& prompt, bool is_in_thought);
  void bound_thought(const chat::ChatRequest& request, const chat::Prompt& prompt,
                     GenerateRequest& out) const;
  [[nodiscard]] Result<ScoreItem> split(const std::vector<text::TokenId>& before,
                                        const std::vector<text::TokenId>& whole) const;

  LocalModelParts parts_;
  std::mutex compiler_mutex_; // guards the making of compiler_, which reads the whole vocabulary
  std::unique_ptr<grammar::GrammarCompiler> compiler_;
  struct Declared { // a beginning that the operator declared, and its tokens
    chat::Prompt prompt;
    std::vector<text::TokenId> tokens;
  };
  std::mutex declared_mutex_;
  std::vector<Declared> declared_; // the last few, newest last; guarded by declared_mutex_
};

} // namespace outpost::engine
