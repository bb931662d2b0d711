#include "engine/penalties.h"

#include <algorithm>

#include "engine/sampling.h"

namespace outpost::engine {

Penalties::Penalties() { window_.reserve(kPenaltyWindowMax); }

bool Penalties::is_off(const chat::Sampling& sampling) {
  return sampling.penalty_window == 0 ||
         (sampling.repetition_penalty == 1.0f && sampling.frequency_penalty == 0.0f &&
          sampling.presence_penalty == 0.0f);
}

void Penalties::apply(const chat::Sampling& sampling, const History& history,
                      std::span<float> logits) {
  if (is_off(sampling)) return;
  window_.clear();
  const std::size_t count = history.tokens.size();
  for (std::size_t i = count - std::min<std::size_t>(count, sampling.penalty_window); i < count;
       ++i) {
    const bool in_answer = i >= history.prompt_count;
    if (in_answer && history.is_forced[i - history.prompt_count] != 0) continue;
    window_.push_back({history.tokens[i], in_answer});
  }
  std::ranges::sort(window_, {}, &Said::token);
  for (std::size_t begin = 0, end = 0; begin < window_.size(); begin = end) {
    float times_in_answer = 0;
    for (end = begin; end < window_.size() && window_[end].token == window_[begin].token; ++end) {
      if (window_[end].in_answer) ++times_in_answer;
    }
    float& logit = logits[static_cast<std::size_t>(window_[begin].token)];
    logit = logit > 0 ? logit / sampling.repetition_penalty : logit * sampling.repetition_penalty;
    if (times_in_answer > 0) {
      logit -= times_in_answer * sampling.frequency_penalty + sampling.presence_penalty;
    }
  }
}

} // namespace outpost::engine
