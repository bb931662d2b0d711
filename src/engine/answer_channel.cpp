#include "engine/answer_channel.h"

#include "base/assert.h"

namespace outpost::engine {

AnswerChannel::AnswerChannel(std::uint32_t tokens_max, std::uint32_t top_count) {
  tokens_.reserve(tokens_max);
  top_.reserve(std::size_t{tokens_max} * top_count);
}

void AnswerChannel::push(AnswerToken token, std::span<const TokenProbability> top) {
  OUTPOST_ASSERT(tokens_.size() < tokens_.capacity());
  OUTPOST_ASSERT(top_.size() + top.size() <= top_.capacity());
  token.top_begin = static_cast<std::uint32_t>(top_.size());
  token.top_count = static_cast<std::uint32_t>(top.size());
  top_.insert(top_.end(), top.begin(), top.end());
  tokens_.push_back(token);
}

// Notifies under the lock: the reader may destroy the channel as soon as it is closed.
void AnswerChannel::flush() {
  const std::lock_guard lock(mutex_);
  if (visible_ == tokens_.size()) return;
  visible_ = tokens_.size();
  changed_.notify_one();
}

void AnswerChannel::close() {
  const std::lock_guard lock(mutex_);
  visible_ = tokens_.size();
  is_closed_ = true;
  changed_.notify_one();
}

std::span<const AnswerToken> AnswerChannel::wait(std::size_t seen) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return visible_ > seen || is_closed_; });
  return {tokens_.data() + seen, visible_ - seen};
}

} // namespace outpost::engine
