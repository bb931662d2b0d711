// An answer's text as events: thoughts split off, tool calls read out of it, the rest passed on as
// it comes.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "chat/chat_model.h"
#include "prompt/family.h"
#include "prompt/thought.h"
#include "prompt/tool_call_parser.h"

namespace outpost::engine {

// The control tokens among the marks that this answer's events are read by: the text must show
// them.
std::vector<text::TokenId> spelled_marks(const prompt::Family& family, const chat::Prompt& prompt,
                                         const text::Tokenizer& tokenizer);

class AnswerEvents {
public:
  struct Parts {
    const chat::Prompt& prompt;
    const prompt::Family& family;
    bool begins_in_thought = false;
    std::uint64_t seed = 0; // of the calls' ids
    prompt::ToolCallParser::Pieces pieces = prompt::ToolCallParser::Pieces::kNone;
  };
  // `sink` must outlive it.
  AnswerEvents(const Parts& parts, const chat::EventSink& sink);

  void take(const chat::TextDelta& delta);
  void end(chat::Finished finished);

  // As it was generated.
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool has_thought() const { return reasoning_tokens_ > 0; }

private:
  struct Piece {
    std::string thought;
    prompt::ToolCallParser::Piece said;
  };
  Piece split(const std::string& text);
  void emit(Piece piece, const std::vector<chat::TokenLogProbability>& log_probabilities);

  const chat::EventSink& sink_;
  std::optional<prompt::ThoughtSplitter> splitter_;
  std::optional<prompt::ToolCallParser> parser_;
  std::string text_;
  bool has_calls_ = false;
  std::uint32_t reasoning_tokens_ = 0;
};

} // namespace outpost::engine
