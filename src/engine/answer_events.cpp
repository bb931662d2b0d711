#include "engine/answer_events.h"

#include <utility>

namespace outpost::engine {

std::vector<text::TokenId> spelled_marks(const prompt::Family& family, const chat::Prompt& prompt,
                                         const text::Tokenizer& tokenizer) {
  std::vector<text::TokenId> out;
  const auto add = [&](std::string_view mark) {
    const auto token = tokenizer.find(mark);
    if (token && tokenizer.kind(*token) == text::TokenKind::kControl) out.push_back(*token);
  };
  if (family.thoughts) {
    add(family.thoughts->open);
    add(family.thoughts->close);
  }
  if (prompt.tools.empty()) return out;
  for (const prompt::CallMarks& marks : prompt::call_marks(family.tools)) {
    add(marks.open);
    add(marks.close);
  }
  for (const std::string_view mark : prompt::silent_marks(family.tools)) add(mark);
  for (const std::string_view mark : prompt::inner_marks(family.tools)) add(mark);
  return out;
}

AnswerEvents::AnswerEvents(const Parts& parts, const chat::EventSink& sink) : sink_(sink) {
  const bool has_tools = !parts.prompt.tools.empty();
  // A text that is gone on with has no turn that could begin with a thought.
  if (parts.family.thoughts && !parts.prompt.messages.empty()) {
    std::vector<std::string_view> ends;
    if (has_tools) {
      for (const auto& marks : prompt::call_marks(parts.family.tools)) ends.push_back(marks.open);
    }
    splitter_.emplace(*parts.family.thoughts, parts.begins_in_thought, std::move(ends));
  }
  if (!has_tools) return;
  std::vector<std::string> names;
  for (const auto& tool : parts.prompt.tools) names.push_back(tool.name);
  parser_.emplace(parts.family.tools, std::move(names), parts.seed);
  parser_->give_pieces(parts.pieces);
}

AnswerEvents::Piece AnswerEvents::split(const std::string& text) {
  Piece piece;
  piece.said.text = text;
  if (splitter_) {
    auto [thought, said] = splitter_->push(text);
    piece.thought = std::move(thought);
    piece.said.text = std::move(said);
  }
  if (parser_) piece.said = parser_->push(piece.said.text);
  return piece;
}

void AnswerEvents::take(const chat::TextDelta& delta) {
  text_ += delta.text;
  emit(split(delta.text), delta.log_probabilities);
}

void AnswerEvents::end(chat::Finished finished) {
  Piece rest;
  if (splitter_) {
    auto [thought, said] = splitter_->finish();
    rest.thought = std::move(thought);
    rest.said.text = std::move(said);
  }
  if (parser_) {
    rest.said = parser_->push(rest.said.text);
    auto last = parser_->finish();
    rest.said.text += last.text;
    for (auto& next : last.pieces) rest.said.pieces.push_back(std::move(next));
    for (auto& call : last.calls) rest.said.calls.push_back(std::move(call));
  }
  emit(std::move(rest), {});
  if (has_calls_ && finished.reason == chat::FinishReason::kStop) {
    finished.reason = chat::FinishReason::kToolCalls;
  }
  finished.usage.reasoning_tokens = std::min(reasoning_tokens_, finished.usage.completion_tokens);
  sink_(finished);
}

void AnswerEvents::emit(Piece piece,
                        const std::vector<chat::TokenLogProbability>& log_probabilities) {
  // The engine gives a piece for a token, or for the few of one step.
  if (!piece.thought.empty()) ++reasoning_tokens_;
  if (!piece.thought.empty() || !piece.said.text.empty() || !log_probabilities.empty()) {
    sink_(chat::TextDelta{std::move(piece.said.text), log_probabilities, std::move(piece.thought)});
  }
  for (auto& next : piece.said.pieces) sink_(std::move(next));
  for (auto& call : piece.said.calls) {
    has_calls_ = true;
    sink_(chat::ToolCallEvent{std::move(call)});
  }
}

} // namespace outpost::engine
