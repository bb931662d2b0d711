// Reads tool calls out of an answer as it streams. Text is passed on as soon as it cannot become
// part of a call; what looks like a call and is none (broken JSON, no name) is passed on as text,
// so nothing the model said is lost and nothing is an error.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/chat.h"
#include "prompt/tool_format.h"

namespace outpost::prompt {

class ToolCallParser {
public:
  struct Piece {
    std::string text;                  // to show
    std::vector<chat::ToolCall> calls; // complete, in order
  };

  // `id_seed` makes the ids of the calls. `tool_names`: what counts as a call when a model leaves
  // the marks out and writes bare or fenced JSON, as small coder models do.
  ToolCallParser(ToolFormat format, std::vector<std::string> tool_names, std::uint64_t id_seed);

  // What became certain with `text`.
  Piece push(std::string_view text);
  // What is left at the end of the answer.
  Piece finish();

private:
  // kStart: nothing but white space so far. kText: outside of calls. kCall: between the marks.
  // kHeld: the answer began like bare JSON or a fence and is held to the end.
  enum class State { kStart, kText, kCall, kHeld };

  void advance(Piece& piece);
  bool advance_start();
  bool advance_text(Piece& piece);
  bool advance_call(Piece& piece);
  // Calls of a JSON text: one object, a list, or {"tool_calls": [..]}. Empty: it holds none.
  std::vector<chat::ToolCall> read_calls(std::string_view json_text, bool known_tools_only);

  ToolFormat format_;
  std::vector<std::string> tool_names_;
  std::uint64_t id_seed_;
  std::uint32_t call_count_ = 0;
  State state_ = State::kStart;
  bool text_began_ = false; // since the last call; white space between calls is not text
  std::string pending_;
};

} // namespace outpost::prompt
