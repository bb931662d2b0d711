// The pre-tokenizers built on the pattern of OpenAI's o200k_base (openai/tiktoken):
//   [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|..)?
//   |[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|..)?
//   |\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+
// Mistral's Tekken (tokenizer.json of Mistral-Nemo) has no contractions and takes digits one by
// one.
#include "text/pretokenizer.h"

namespace outpost::text {
namespace {

constexpr CharClass kHeadClasses = kUpper | kCaseless | kMark; // what a capital's part is made of
constexpr CharClass kTailClasses =
    kLower | kCaseless | kMark; // what a small letter's part is made of

// `head* tail+` at `at`; `at` if it does not match. A head that runs into something else gives
// characters back until the last one that a tail may be made of.
std::size_t mixed_word_end(std::string_view text, std::size_t at) {
  std::size_t after_caseless = at;
  std::size_t end = at;
  while (end < text.size()) {
    const Character c = character_at(text, end);
    if (!c.is(kHeadClasses)) break;
    end += c.size_bytes;
    if (c.is(kTailClasses)) after_caseless = end;
  }
  const std::size_t tail_end = end_of(text, end, kTailClasses);
  return tail_end > end ? tail_end : after_caseless;
}

// `head+ tail*`, where mixed_word_end() found nothing, so that no tail follows the head.
std::size_t capitals_end(std::string_view text, std::size_t at) {
  return end_of(text, at, kHeadClasses);
}

// The end of a word of letters and marks with the one character that may stand before it, or `at`.
std::size_t word_letters_end(std::string_view text, std::size_t at, const Character& first) {
  const bool may_lead = !is_newline(first) && !first.is(kLetter | kNumber);
  const std::size_t after_lead = at + first.size_bytes;
  for (const auto rule : {mixed_word_end, capitals_end}) {
    if (may_lead) {
      if (const std::size_t end = rule(text, after_lead); end > after_lead) return end;
    }
    if (const std::size_t end = rule(text, at); end > at) return end;
  }
  return at;
}

struct Gpt4oStyle {
  bool contractions;
  int digits;
};

template <Gpt4oStyle kStyle>
std::size_t gpt4o_word_end(std::string_view text, std::size_t at) {
  const Character first = character_at(text, at);
  if (const std::size_t end = word_letters_end(text, at, first); end > at) {
    const bool quote_follows = end < text.size() && text[end] == '\'';
    return kStyle.contractions && quote_follows ? contraction_end(text, end, true) : end;
  }
  if (first.is(kNumber)) return digits_end(text, at, kStyle.digits);
  constexpr CharClass kNotOther = kSpace | kLetter | kNumber;
  const auto second = peek(text, at + first.size_bytes);
  const bool space_first = first.value == ' ' && second && !second->is(kNotOther);
  if (space_first || !first.is(kSpace)) {
    const std::size_t other_end = end_of_not(text, space_first ? at + 1 : at, kNotOther);
    return run_end(text, other_end,
                   [](const Character& c) { return is_newline(c) || c.value == '/'; });
  }
  return spaces_or_lines_end(text, at);
}

} // namespace

void split_gpt4o(std::string_view text, WordEnds& ends) {
  append_words(text, 0, gpt4o_word_end<Gpt4oStyle{.contractions = true, .digits = 3}>, ends);
}

void split_tekken(std::string_view text, WordEnds& ends) {
  append_words(text, 0, gpt4o_word_end<Gpt4oStyle{.contractions = false, .digits = 1}>, ends);
}

} // namespace outpost::text
