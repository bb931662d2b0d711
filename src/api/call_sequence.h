// The calls of a streamed answer, one after the other, whether a model tells them whole or in
// pieces: each begins, goes on, ends.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "chat/chat.h"

namespace outpost::api {

struct CallStep {
  enum class Kind {
    kBegin, // its first arguments are known, all of them when the model told it whole
    kAdd,   // more of its arguments
    kEnd,
    kCut, // ends as far as the answer's limit let it come
  };
  Kind kind = Kind::kBegin;
  std::size_t index = 0; // of the call among the answer's
  chat::ToolCall call;   // with its arguments so far
  std::string added;     // the newest of them
  std::string text;      // at its end: what was said before the end was told
};

class CallSequence {
public:
  // `single`: calls after the first are left out.
  explicit CallSequence(bool single) : single_(single) {}

  [[nodiscard]] std::vector<CallStep> take(const chat::ToolCallPiece& piece);
  [[nodiscard]] std::vector<CallStep> take(const chat::ToolCallEvent& event);
  // What may be told of the text now: nothing while a call is open, since calls and texts do not
  // overlap; the step that ends the call has it then.
  [[nodiscard]] std::string take_text(const std::string& text);
  // The answer ends.
  [[nodiscard]] std::vector<CallStep> finish();

private:
  void end(CallStep::Kind kind, std::vector<CallStep>& steps);
  [[nodiscard]] bool is_left_out(std::size_t index) const { return single_ && index > 0; }

  bool single_;
  std::optional<chat::ToolCall> open_;
  std::size_t open_index_ = 0;
  std::string text_;      // said since the open call began
  std::size_t begun_ = 0; // calls that were told in pieces
  std::size_t told_ = 0;  // calls that were told whole
};

} // namespace outpost::api
