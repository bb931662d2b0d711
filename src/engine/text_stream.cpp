#include "engine/text_stream.h"

#include <utility>

namespace outpost::engine {

std::string TextStream::release(std::string_view text) {
  if (is_stopped_) return {};
  for (const char byte : text) {
    held_.push_back(byte);
    state_ = stops_.next(state_, byte);
    if (const std::size_t length = stops_.match_length(state_); length > 0) {
      stop_text_ = held_.substr(held_.size() - length);
      held_.resize(held_.size() - length);
      is_stopped_ = true;
      return std::exchange(held_, {});
    }
  }
  // What is held begins where a stop string begins, so the cut never falls inside a character.
  const std::size_t shown = held_.size() - stops_.held_length(state_);
  std::string out = held_.substr(0, shown);
  held_.erase(0, shown);
  return out;
}

std::string TextStream::finish() {
  std::string out = release(detokenizer_.finish());
  if (!is_stopped_) out += std::exchange(held_, {});
  return out;
}

} // namespace outpost::engine
