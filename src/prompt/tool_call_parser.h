// Reads tool calls out of an answer as it streams. Text is passed on as soon as it cannot become
// part of a call; what looks like a call and is none (broken JSON, no name) is passed on as text,
// so nothing the model said is lost and nothing is an error.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chat/chat.h"
#include "prompt/call_body.h"
#include "prompt/tool_format.h"

namespace outpost::prompt {

class ToolCallParser {
public:
  struct Piece {
    std::string text;                        // to show
    std::vector<chat::ToolCallPiece> pieces; // of calls; before `calls`
    std::vector<chat::ToolCall> calls;       // complete, in order
  };

  // `id_seed` makes the ids of the calls. `tool_names`: what counts as a call when a model leaves
  // the marks out and writes bare or fenced JSON, as small models do, and where a call has none.
  ToolCallParser(ToolFormat format, std::vector<std::string> tool_names, std::uint64_t id_seed);

  // Arguments are given in pieces as they come, of calls behind the family's own mark (kMarked) or
  // of those that are the whole answer, too (kAll). REQUIRES: a grammar binds these calls, so that
  // what begins like one is one. One that the answer's end cuts was said in pieces and is no text.
  enum class Pieces { kNone, kMarked, kAll };
  void give_pieces(Pieces pieces) { pieces_ = pieces; }

  // What became certain with `text`.
  Piece push(std::string_view text);
  // What is left at the end of the answer.
  Piece finish();

private:
  // kStart: nothing that decides so far. kText: outside of calls. kCall: behind an opening mark.
  // kHeld: the answer began like a call without marks and is held to the end.
  enum class State { kStart, kText, kCall, kHeld };
  struct Found {
    std::size_t at = std::string::npos;
    std::size_t size = 0;
    const CallMarks* marks = nullptr; // none: a silent mark
  };

  bool advance(Piece& piece);
  bool advance_start();
  bool advance_text(Piece& piece);
  bool advance_call(Piece& piece, bool is_end);
  void finish_held(Piece& piece);
  [[nodiscard]] Found first_mark() const;
  // Bytes at the end of what is pending that may become a mark.
  [[nodiscard]] std::size_t held_back() const;
  [[nodiscard]] bool is_known(std::string_view name) const;
  void add_calls(std::vector<NamedArguments> calls, Piece& piece);
  [[nodiscard]] std::string_view call_text() const;
  void add_pieces(std::string_view body, Piece& piece);

  ToolFormat format_;
  std::vector<std::string> tool_names_;
  std::uint64_t id_seed_;
  std::uint32_t call_count_ = 0;
  State state_ = State::kStart;
  bool text_began_ = false; // since the last call; white space between calls is not text
  const CallMarks* marks_ =
      nullptr; // those of the call at hand; `pending_` begins with its opening
  std::string pending_;
  Pieces pieces_ = Pieces::kNone;
  std::vector<std::size_t> given_; // bytes of the arguments of each call at hand
};

} // namespace outpost::prompt
