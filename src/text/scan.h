// The parts that the hand-written pre-tokenizers are made of. A pattern's words are found with
// these in one pass: no backtracking further than one character, so a text of n bytes costs O(n)
// whatever it is. Positions are byte offsets into the piece at hand; the end of the piece is the
// end of the text for every rule, as in the published tokenizers, which split in steps.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "text/unicode.h"

namespace outpost::text {

// Where each word ends, as byte offsets into the whole text, ascending; the first begins at 0.
using WordEnds = std::vector<std::size_t>;

// The end of the run, from `at`, of characters for which belongs(Character) holds.
template <class Belongs>
std::size_t run_end(std::string_view text, std::size_t at, Belongs belongs) {
  while (at < text.size()) {
    const Character c = character_at(text, at);
    if (!belongs(c)) break;
    at += c.size_bytes;
  }
  return at;
}

inline std::size_t end_of(std::string_view text, std::size_t at, CharClass any_of) {
  return run_end(text, at, [any_of](const Character& c) { return c.is(any_of); });
}

inline std::size_t end_of_not(std::string_view text, std::size_t at, CharClass none_of) {
  return run_end(text, at, [none_of](const Character& c) { return !c.is(none_of); });
}

inline bool is_newline(const Character& c) { return c.value == '\n' || c.value == '\r'; }

// The character at `at`, if there is one.
inline std::optional<Character> peek(std::string_view text, std::size_t at) {
  if (at >= text.size()) return std::nullopt;
  return character_at(text, at);
}

// `'s|'t|'re|'ve|'m|'ll|'d` at text[at] == '\'': its end, or `at` when there is none. Without
// regard to case, U+017F (long s) counts as an s, as it does for (?i:) in every Unicode regex
// engine.
std::size_t contraction_end(std::string_view text, std::size_t at, bool any_case);

// `\s+(?!\S)|\s+`: a run of spaces leaves its last one to the word that follows, if it can.
// REQUIRES: a space at `at`.
std::size_t spaces_end(std::string_view text, std::size_t at);

// `\s*[\r\n]+|\s+(?!\S)|\s+`: as above, but a run with a newline ends after its last newline.
// REQUIRES: a space at `at`.
std::size_t spaces_or_lines_end(std::string_view text, std::size_t at);

// The end of at most `count` characters of class N. REQUIRES: one at `at`.
std::size_t digits_end(std::string_view text, std::size_t at, int count);

// Cuts `piece`, which begins at `base` of the whole text, into the words of a pattern that matches
// at every position: word_end(piece, at) > at.
template <class WordEnd>
void append_words(std::string_view piece, std::size_t base, WordEnd word_end, WordEnds& ends) {
  for (std::size_t at = 0; at < piece.size();) {
    at = word_end(piece, at);
    ends.push_back(base + at);
  }
}

// A "Split, isolated" step: calls sink(part, base of the part) for every match in `piece` and for
// what lies between two matches. match_end(piece, at) is `at` where nothing matches.
template <class MatchEnd, class Sink>
void isolate(std::string_view piece, std::size_t base, MatchEnd match_end, Sink sink) {
  std::size_t gap = 0;
  for (std::size_t at = 0; at < piece.size();) {
    const std::size_t end = match_end(piece, at);
    if (end == at) {
      at += character_at(piece, at).size_bytes;
      continue;
    }
    if (gap < at) sink(piece.substr(gap, at - gap), base + gap);
    sink(piece.substr(at, end - at), base + at);
    gap = at = end;
  }
  if (gap < piece.size()) sink(piece.substr(gap), base + gap);
}

} // namespace outpost::text
