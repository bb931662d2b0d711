#include "prompt/thought.h"

#include <algorithm>

namespace outpost::prompt {
namespace {

constexpr std::string_view kThoughtSpace = " \t\r\n";

std::size_t mark_begun(std::string_view mark, std::string_view text) {
  for (std::size_t n = std::min(text.size(), mark.size() - 1); n > 0; --n) {
    if (text.ends_with(mark.substr(0, n))) return n;
  }
  return 0;
}

} // namespace

bool ends_in_thought(std::string_view prompt, const ThoughtMarks& marks) {
  const auto last = prompt.find_last_not_of(kThoughtSpace);
  return last != std::string_view::npos && prompt.substr(0, last + 1).ends_with(marks.open);
}

ThoughtSplitter::ThoughtSplitter(const ThoughtMarks& marks, bool begins_inside,
                                 std::vector<std::string_view> ends)
    : marks_(marks), ends_(std::move(ends)),
      state_(begins_inside ? State::kThought : State::kStart) {}

ThoughtSplitter::Piece ThoughtSplitter::push(std::string_view text) {
  pending_ += text;
  Piece piece;
  while (advance(piece)) {
  }
  return piece;
}

bool ThoughtSplitter::advance(Piece& piece) {
  switch (state_) {
  case State::kStart: return advance_start();
  case State::kThought: return advance_thought(piece);
  case State::kAfter: {
    pending_.erase(0, std::min(pending_.find_first_not_of(kThoughtSpace), pending_.size()));
    if (pending_.empty()) return false;
    state_ = State::kText;
    return true;
  }
  case State::kText: break;
  }
  piece.text += std::exchange(pending_, {});
  return false;
}

bool ThoughtSplitter::advance_start() {
  const auto begin = pending_.find_first_not_of(kThoughtSpace);
  if (begin == std::string::npos) return false;
  const std::string_view rest = std::string_view(pending_).substr(begin);
  if (rest.starts_with(marks_.open)) {
    pending_.erase(0, begin + marks_.open.size());
    state_ = State::kThought;
    return true;
  }
  if (marks_.open.starts_with(rest)) return false;
  state_ = State::kText;
  return true;
}

bool ThoughtSplitter::advance_thought(Piece& piece) {
  std::size_t end = pending_.find(marks_.close);
  std::size_t next = end + marks_.close.size();
  std::size_t held = mark_begun(marks_.close, pending_);
  for (const std::string_view mark : ends_) {
    const auto at = pending_.find(mark);
    if (at < end) end = next = at;
    held = std::max(held, mark_begun(mark, pending_));
  }
  if (end == std::string::npos) {
    const std::size_t certain = pending_.size() - held;
    add_thought(std::string_view(pending_).substr(0, certain), piece);
    pending_.erase(0, certain);
    return false;
  }
  add_thought(std::string_view(pending_).substr(0, end), piece);
  pending_.erase(0, next);
  state_ = State::kAfter;
  return true;
}

void ThoughtSplitter::add_thought(std::string_view text, Piece& piece) {
  if (!thought_began_)
    text.remove_prefix(std::min(text.find_first_not_of(kThoughtSpace), text.size()));
  if (text.empty()) return;
  thought_began_ = true;
  space_ += text;
  const auto last = space_.find_last_not_of(kThoughtSpace);
  if (last == std::string::npos) return;
  piece.thought += space_.substr(0, last + 1);
  space_.erase(0, last + 1);
}

ThoughtSplitter::Piece ThoughtSplitter::finish() {
  Piece piece;
  if (state_ == State::kThought) {
    add_thought(pending_, piece);
  } else if (state_ != State::kAfter) {
    piece.text = pending_;
  }
  pending_.clear();
  return piece;
}

} // namespace outpost::prompt
