#include "prompt/tool_call_parser.h"

#include <algorithm>

#include <boost/json.hpp>

#include "chat/json_value.h"
#include "prompt/bare_call.h"
#include "prompt/partial_call.h"

namespace outpost::prompt {
namespace {

constexpr std::string_view kAnswerSpace = " \t\r\n";

// How many bytes at the end of `text` could be the beginning of `mark`.
std::size_t beginning_of(std::string_view mark, std::string_view text) {
  for (std::size_t n = std::min(text.size(), mark.size() - 1); n > 0; --n) {
    if (text.ends_with(mark.substr(0, n))) return n;
  }
  return 0;
}

// What the generic form says in words: {"response": ".."}.
std::string response_in(std::string_view text) {
  const auto answer = chat::parse_json(without_fence(text), {.depth = 32});
  const boost::json::value* response =
      answer && answer->is_object() ? answer->get_object().if_contains("response") : nullptr;
  return std::string(response != nullptr && response->is_string() ? response->get_string() : text);
}

} // namespace

ToolCallParser::ToolCallParser(ToolFormat format, std::vector<std::string> tool_names,
                               std::uint64_t id_seed)
    : format_(format), tool_names_(std::move(tool_names)), id_seed_(id_seed) {}

ToolCallParser::Piece ToolCallParser::push(std::string_view text) {
  pending_ += text;
  Piece piece;
  while (advance(piece)) {
  }
  add_pieces(call_text(), piece);
  return piece;
}

// What has come of the calls at hand, if it may be given in pieces.
std::string_view ToolCallParser::call_text() const {
  if (state_ == State::kHeld) return pieces_ == Pieces::kAll ? pending_ : std::string_view();
  const bool is_bound = pieces_ != Pieces::kNone && marks_ == call_marks(format_).data();
  if (state_ != State::kCall || !is_bound) return {};
  return std::string_view(pending_).substr(marks_->open.size() - marks_->kept_of_open);
}

void ToolCallParser::add_pieces(std::string_view body, Piece& piece) {
  std::uint32_t index = 0;
  for (PartialCall& call : partial_calls(body)) {
    const bool is_new = index == given_.size();
    if (is_new && !is_known(call.name)) return;
    if (is_new) given_.push_back(0);
    chat::ToolCallPiece next{call_count_ + index, {}, {}, call.arguments.substr(given_[index])};
    given_[index] = call.arguments.size();
    if (is_new) {
      next.id = call_id(id_seed_, next.index);
      next.name = std::move(call.name);
    }
    if (!next.arguments.empty()) piece.pieces.push_back(std::move(next));
    ++index;
  }
}

bool ToolCallParser::advance(Piece& piece) {
  switch (state_) {
  case State::kStart: return advance_start();
  case State::kText: return advance_text(piece);
  case State::kCall: return advance_call(piece, false);
  case State::kHeld: break;
  }
  return false;
}

bool ToolCallParser::advance_start() {
  const auto begin = pending_.find_first_not_of(kAnswerSpace);
  if (begin == std::string::npos) return false;
  if (tool_names_.empty()) {
    state_ = State::kText;
    return true;
  }
  const auto likeness = likeness_to_call(std::string_view(pending_).substr(begin), tool_names_);
  if (likeness == Likeness::kMaybe) return false;
  state_ = likeness == Likeness::kYes ? State::kHeld : State::kText;
  return true;
}

ToolCallParser::Found ToolCallParser::first_mark() const {
  Found first;
  const auto look_for = [&](std::string_view mark, const CallMarks* marks) {
    const auto at = pending_.find(mark);
    if (at < first.at) first = {at, mark.size(), marks};
  };
  for (const CallMarks& marks : call_marks(format_)) look_for(marks.open, &marks);
  for (const std::string_view mark : silent_marks(format_)) look_for(mark, nullptr);
  return first;
}

std::size_t ToolCallParser::held_back() const {
  std::size_t most = 0;
  for (const CallMarks& marks : call_marks(format_)) {
    most = std::max(most, beginning_of(marks.open, pending_));
  }
  for (const std::string_view mark : silent_marks(format_)) {
    most = std::max(most, beginning_of(mark, pending_));
  }
  return most;
}

bool ToolCallParser::advance_text(Piece& piece) {
  const Found mark = first_mark();
  const bool is_found = mark.at != std::string::npos;
  std::size_t certain = is_found ? mark.at : pending_.size() - held_back();
  text_began_ = text_began_ || pending_.find_first_not_of(kAnswerSpace) < certain;
  if (text_began_) {
    piece.text += pending_.substr(0, certain);
    pending_.erase(0, certain);
    certain = 0;
  }
  if (!is_found) return false;
  pending_.erase(0, certain); // white space that was not text
  if (mark.marks == nullptr) {
    pending_.erase(0, mark.size);
    return true;
  }
  marks_ = mark.marks;
  state_ = State::kCall;
  return true;
}

bool ToolCallParser::advance_call(Piece& piece, bool is_end) {
  const std::size_t open = marks_->open.size() - marks_->kept_of_open;
  CallBody body = read_call_body(std::string_view(pending_).substr(open), marks_->close, is_end);
  if (body.state == CallBody::State::kCutShort) return false;
  std::size_t end = std::max(open + body.size, marks_->open.size());
  if (body.state == CallBody::State::kNone && given_.empty()) {
    piece.text += pending_.substr(0, end);
    text_began_ = true;
  } else if (body.state == CallBody::State::kNone) {
    if (is_end) end = pending_.size(); // all of it was said in pieces
  } else {
    add_pieces(call_text().substr(0, body.size), piece);
    add_calls(std::move(body.calls), piece);
    text_began_ = false;
  }
  given_.clear();
  pending_.erase(0, end);
  state_ = State::kText;
  return true;
}

void ToolCallParser::finish_held(Piece& piece) {
  auto calls = read_calls(without_fence(pending_));
  const bool are_known = std::ranges::all_of(
      calls, [this](const NamedArguments& call) { return is_known(call.name); });
  add_pieces(call_text(), piece);
  if (!calls.empty() && are_known) {
    add_calls(std::move(calls), piece);
  } else if (given_.empty()) {
    piece.text += format_ == ToolFormat::kGeneric ? response_in(pending_) : pending_;
  }
  given_.clear();
  pending_.clear();
}

ToolCallParser::Piece ToolCallParser::finish() {
  Piece piece;
  if (state_ == State::kHeld || state_ == State::kStart) finish_held(piece);
  while (!pending_.empty()) {
    if (state_ == State::kCall) {
      advance_call(piece, true);
    } else if (!advance_text(piece)) {
      const bool is_space = pending_.find_first_not_of(kAnswerSpace) == std::string::npos;
      if (text_began_ || call_count_ == 0 || !is_space) piece.text += pending_;
      pending_.clear();
    }
  }
  state_ = State::kStart;
  return piece;
}

bool ToolCallParser::is_known(std::string_view name) const {
  return std::ranges::find(tool_names_, name) != tool_names_.end();
}

void ToolCallParser::add_calls(std::vector<NamedArguments> calls, Piece& piece) {
  for (NamedArguments& call : calls) {
    piece.calls.push_back(
        {call_id(id_seed_, call_count_++), std::move(call.name), std::move(call.arguments)});
  }
}

} // namespace outpost::prompt
