// The tokens of one answer on their way from the engine thread to the thread that asked. It holds
// the longest answer from the start, so the engine never waits for a slow reader and never
// allocates.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "text/tokenizer.h"

namespace outpost::engine {

using TokenProbability = std::pair<text::TokenId, float>;

struct AnswerToken {
  text::TokenId token = 0;
  bool is_forced = false;                     // then it has no log-probability
  float log_probability = 0;                  // 0 when none was asked for
  std::uint32_t top_begin = 0, top_count = 0; // in AnswerChannel::top()
};

class AnswerChannel {
public:
  // Room for `tokens_max` tokens with `top_count` alternatives each.
  AnswerChannel(std::uint32_t tokens_max, std::uint32_t top_count);

  // Engine thread. The reader sees what was pushed at the next flush() or close().
  void push(AnswerToken token, std::span<const TokenProbability> top = {});
  void flush();
  void close();

  // Reader. Waits for tokens after the first `seen`; returns all of them, or none when the answer
  // has ended. The span stays good.
  std::span<const AnswerToken> wait(std::size_t seen);
  [[nodiscard]] std::span<const TokenProbability> top(const AnswerToken& token) const {
    return std::span(top_).subspan(token.top_begin, token.top_count);
  }

private:
  std::vector<AnswerToken> tokens_; // never reallocates: what the reader has seen stays in place
  std::vector<TokenProbability> top_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t visible_ = 0; // guarded by mutex_
  bool is_closed_ = false;  // guarded by mutex_
};

} // namespace outpost::engine
