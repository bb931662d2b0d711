// Where drafts come from: the longest end of a sequence's text that stands somewhere before is
// likely to go on as it did there. That needs no model and holds for what agents do most: quoting a
// tool's output, editing a file, filling in a form again (Saxena, "Prompt lookup decoding", 2023;
// Oliaro et al., "SuffixDecoding", 2024).
//
// It learns how often it is right, by the length of what was found; it learns from every token that
// comes, also while nothing is drafted, so that a text that stops repeating itself costs nothing
// and one that begins to is noticed. Belongs to one sequence. Allocates nothing after construction.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/suffix_automaton.h"

namespace outpost::engine {

// Drafts are no longer than this: beyond it rows cost as much as steps on every machine measured.
inline constexpr std::uint32_t kDraftTokensMax = 31;
// Text that is remembered, about 110 bytes a token; beyond it the older half is forgotten.
inline constexpr std::uint32_t kLookupTokensMax = 16384;

class DraftSource {
public:
  // For a text that begins with `text` and grows to `length_max` tokens.
  DraftSource(std::span<const text::TokenId> text, std::uint32_t length_max);

  // The text goes on with `token`. What was proposed is gone.
  void append(text::TokenId token);

  // What may come next, at most `count` tokens (<= kDraftTokensMax), and of each how likely it is
  // to be right if those before it are. Empty when nothing is found. Valid until append().
  struct Proposal {
    std::span<const text::TokenId> tokens;
    std::span<const float> chances;
  };
  Proposal propose(std::uint32_t count);

private:
  // How often a proposed token is right, by the length of the match: 1, 2-3, 4-7, ... 64 and more.
  static constexpr std::size_t kLengthClasses = 7;
  static std::size_t length_class(std::uint32_t match_length);
  void learn(text::TokenId token);
  void remember(text::TokenId token);

  std::vector<text::TokenId> text_; // as far as it is remembered
  std::uint32_t text_max_;
  SuffixAutomaton automaton_;
  std::array<float, kLengthClasses> right_share_;
  std::array<text::TokenId, kDraftTokensMax> tokens_{};
  std::array<float, kDraftTokensMax> chances_{};
};

} // namespace outpost::engine
