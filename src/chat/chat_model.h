// ChatModel: what agents and APIs see of a model. The local engine, a remote endpoint and a fake
// are equal behind it.
//
// All calls block until the answer is whole or failed, and may come from any thread. A cancelled
// token ends the call within one step or prefill chunk: chat() then finishes with kCancelled, the
// others fail with ErrorCode::kCancelled.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "chat/chat.h"
#include "chat/embedding.h"

namespace outpost::chat {

struct ModelInfo {
  std::string name;
  std::uint32_t context_tokens = 0;
  bool has_chat_template = false;   // without one it completes text only
  std::string tool_format;          // how this family writes calls; empty without a template
  std::uint32_t embedding_size = 0; // values of an embedding; 0: it makes none
  Pooling pooling = Pooling::kMean; // of an embedding
  bool generates = true;            // false: embeddings are all it makes
};

// log p(continuation | prompt), for choosing among candidates without generating.
struct ScoreItem {
  Prompt prompt;
  std::string continuation; // at least one token
  bool reads_state = false; // whether ScoreRequest::readouts are wanted at the prompt's end
};

struct Score {
  double log_probability = 0; // sum over the continuation's tokens, natural logarithm
  std::vector<float> token_log_probabilities;
  std::vector<double> readouts; // where they are wanted
};

struct ScoreRequest {
  PrincipalId principal;
  std::vector<ScoreItem> items; // equal prompt beginnings are computed once
  WorkClass work_class = WorkClass::kInteractive;
  // Weights over the inner state at the end of a prompt (models/decoder.h), each as long as an
  // embedding: what a linear probe reads of it (Alain and Bengio, arXiv 1610.01644).
  std::vector<std::vector<float>> readouts;
};

// Called in order, on the thread that called chat(). Must not block for long.
using EventSink = std::function<void(const Event&)>;

class ChatModel {
public:
  virtual ~ChatModel() = default;
  [[nodiscard]] virtual ModelInfo info() const = 0;
  // Emits the answer's events to `sink`. An error means that no Finished was emitted. A prompt that
  // does not fit the context is kLimitExceeded with the counts, never cut.
  virtual Status chat(const ChatRequest& request, const EventSink& sink,
                      const CancelToken& cancel) = 0;
  // One score for each item, in order.
  virtual Result<std::vector<Score>> score(const ScoreRequest& request,
                                           const CancelToken& cancel) = 0;
  // Tokens that `prompt` takes once rendered.
  virtual Result<std::uint32_t> count_tokens(const Prompt& prompt) = 0;
  // Plain text as tokens, control tokens' spellings as text; and tokens as text, in which bytes
  // that are not UTF-8 become U+FFFD. kUnsupported where a model does not tell.
  virtual Result<std::vector<text::TokenId>> tokenize(std::string_view text);
  virtual Result<std::string> detokenize(std::span<const text::TokenId> tokens);
  // One vector for each input, in order. kInvalidArgument: an input without tokens; kLimitExceeded:
  // one that is longer than the context, with the counts; kUnsupported where a model makes none.
  virtual Result<Embeddings> embed(const EmbedRequest& request, const CancelToken& cancel);
};

// chat(), collected into one Answer.
Result<Answer> complete(ChatModel& model, const ChatRequest& request,
                        const CancelToken& cancel = {});

} // namespace outpost::chat
