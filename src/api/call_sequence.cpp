#include "api/call_sequence.h"

#include <utility>

namespace outpost::api {

using Kind = CallStep::Kind;

std::vector<CallStep> CallSequence::take(const chat::ToolCallPiece& piece) {
  std::vector<CallStep> steps;
  if (is_left_out(piece.index)) return steps;
  if (!piece.name.empty()) {
    end(Kind::kEnd, steps); // its last bracket came in the same step
    begun_ = piece.index + 1;
    open_index_ = piece.index;
    open_ = chat::ToolCall{piece.id, piece.name, piece.arguments};
    steps.push_back({Kind::kBegin, open_index_, *open_, piece.arguments, {}});
  } else if (open_ && piece.index == open_index_) {
    open_->arguments += piece.arguments;
    steps.push_back({Kind::kAdd, open_index_, *open_, piece.arguments, {}});
  }
  return steps;
}

std::vector<CallStep> CallSequence::take(const chat::ToolCallEvent& event) {
  const std::size_t index = told_++;
  std::vector<CallStep> steps;
  if (is_left_out(index)) return steps;
  if (index < begun_) {
    if (index == open_index_) end(Kind::kEnd, steps);
    return steps;
  }
  steps.push_back({Kind::kBegin, index, event.call, event.call.arguments, {}});
  steps.push_back({Kind::kEnd, index, event.call, {}, {}});
  return steps;
}

std::string CallSequence::take_text(const std::string& text) {
  if (!open_) return text;
  text_ += text;
  return {};
}

std::vector<CallStep> CallSequence::finish() {
  std::vector<CallStep> steps;
  end(Kind::kCut, steps);
  return steps;
}

void CallSequence::end(Kind kind, std::vector<CallStep>& steps) {
  if (!open_) return;
  steps.push_back(
      {kind, open_index_, *std::exchange(open_, std::nullopt), {}, std::exchange(text_, {})});
}

} // namespace outpost::api
