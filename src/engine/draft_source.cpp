#include "engine/draft_source.h"

#include <algorithm>
#include <bit>

#include "base/assert.h"

namespace outpost::engine {
namespace {

using text::TokenId;

// Before anything is known of a text: short matches are chance, long ones are copies.
constexpr std::array<float, 7> kFirstGuess = {0.1f, 0.25f, 0.45f, 0.6f, 0.75f, 0.85f, 0.9f};
// Of a new token, against all before it: a text changes its nature within a few dozen tokens.
constexpr float kLearningWeight = 1.0f / 8;

} // namespace

DraftSource::DraftSource(std::span<const TokenId> text, std::uint32_t length_max)
    : text_max_(std::min(length_max, kLookupTokensMax)), automaton_(text_max_),
      right_share_(kFirstGuess) {
  text_.reserve(text_max_);
  const std::size_t kept = std::min<std::size_t>(text.size(), text_max_);
  for (const TokenId token : text.last(kept)) remember(token);
}

std::size_t DraftSource::length_class(std::uint32_t match_length) {
  const auto width = static_cast<std::size_t>(std::bit_width(match_length));
  return std::min(width, kLengthClasses) - 1;
}

// Forgetting takes about a millisecond every kLookupTokensMax / 2 tokens.
void DraftSource::remember(TokenId token) {
  if (text_.size() == text_max_) {
    text_.erase(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(text_.size() / 2 + 1));
    automaton_.clear();
    for (const TokenId kept : text_) automaton_.append(kept);
  }
  text_.push_back(token);
  automaton_.append(token);
}

void DraftSource::learn(TokenId token) {
  const auto found = automaton_.longest_repeat();
  if (!found) return;
  float& share = right_share_[length_class(found->length)];
  const float is_right = text_[found->end] == token ? 1.0f : 0.0f;
  share += kLearningWeight * (is_right - share);
}

void DraftSource::append(TokenId token) {
  learn(token);
  remember(token);
}

DraftSource::Proposal DraftSource::propose(std::uint32_t count) {
  OUTPOST_ASSERT(count <= kDraftTokensMax);
  const auto found = automaton_.longest_repeat();
  if (!found) return {};
  for (std::uint32_t i = 0; i < count; ++i) {
    // Where the earlier place runs into the end of the text, it goes on with what is proposed.
    const std::size_t at = std::size_t{found->end} + i;
    tokens_[i] = at < text_.size() ? text_[at] : tokens_[at - text_.size()];
    chances_[i] = right_share_[length_class(found->length + i)];
  }
  return {std::span(tokens_).first(count), std::span(chances_).first(count)};
}

} // namespace outpost::engine
