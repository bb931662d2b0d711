// A ChatModel that follows a script: for tests of agents and APIs, ours and a user's, without
// weights.
#pragma once
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "chat/chat_model.h"

namespace outpost::chat {

// Answers chat() with the scripted steps in order, and score() by a function. Asking beyond the
// script is an error, so a test notices a call too many. Thread-safe.
class FakeModel final : public ChatModel {
public:
  // One answer: a text, tool calls, or an error.
  struct Step {
    std::string text;
    std::vector<ToolCall> tool_calls;
    std::optional<Error> error;
    std::string reasoning = {}; // before the text
    // Arguments come in pieces of so many bytes where the request wants pieces; 0: they do not.
    std::size_t piece_bytes = 0;
  };
  // Log-probability of one item; the default prefers shorter continuations.
  using Scorer = std::function<double(const ScoreItem&)>;

  explicit FakeModel(std::vector<Step> script = {}, Scorer scorer = {});

  [[nodiscard]] ModelInfo info() const override;
  Status chat(const ChatRequest& request, const EventSink& sink,
              const CancelToken& cancel) override;
  Result<std::vector<Score>> score(const ScoreRequest& request, const CancelToken& cancel) override;
  Result<std::uint32_t> count_tokens(const Prompt& prompt) override;
  // Texts with more of a letter in them lie nearer to that letter's axis: 26 values. Of tokens each
  // is a letter.
  Result<Embeddings> embed(const EmbedRequest& request, const CancelToken& cancel) override;

  // The hidden state of a prompt, for read-outs of scores, is the same of its last message.

  // Every request that was made, for a test to look at.
  [[nodiscard]] std::vector<ChatRequest> requests() const;
  [[nodiscard]] std::size_t steps_left() const;

private:
  mutable std::mutex mutex_;
  std::deque<Step> script_;
  std::vector<ChatRequest> requests_;
  Scorer scorer_;
};

} // namespace outpost::chat
