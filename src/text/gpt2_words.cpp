// The pre-tokenizers built on GPT-2's pattern (Radford et al. 2019, openai/gpt-2, encoder.py):
//   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
#include "text/pretokenizer.h"

namespace outpost::text {
namespace {

std::size_t gpt2_word_end(std::string_view text, std::size_t at) {
  const Character first = character_at(text, at);
  if (first.value == '\'') {
    if (const std::size_t end = contraction_end(text, at, false); end > at) return end;
  }
  // " ?": a space goes with whatever follows it, unless that is a space too.
  Character kind = first;
  std::size_t start = at;
  if (first.value == ' ') {
    start = at + 1;
    kind = peek(text, start).value_or(first);
  }
  if (kind.is(kLetter)) return end_of(text, start, kLetter);
  if (kind.is(kNumber)) return end_of(text, start, kNumber);
  if (!kind.is(kSpace)) return end_of_not(text, start, kSpace | kLetter | kNumber);
  return spaces_end(text, at);
}

std::size_t one_digit_end(std::string_view text, std::size_t at) { return digits_end(text, at, 1); }

// `[\p{P}$+<=>^~|`]+`: punctuation, and ASCII's symbols, which are exactly the nine named.
std::size_t falcon_punctuation_end(std::string_view text, std::size_t at) {
  return run_end(text, at, [](const Character& c) {
    return c.is(kPunctuation) || (c.value < 0x80 && c.is(kSymbol));
  });
}

// `[0-9][0-9][0-9]`
std::size_t three_digits_end(std::string_view text, std::size_t at) {
  if (text.size() - at < 3) return at;
  for (std::size_t i = at; i < at + 3; ++i) {
    if (text[i] < '0' || text[i] > '9') return at;
  }
  return at + 3;
}

} // namespace

void split_gpt2(std::string_view text, WordEnds& ends) {
  append_words(text, 0, gpt2_word_end, ends);
}

void split_gpt2_single_digits(std::string_view text, WordEnds& ends) {
  isolate(text, 0, one_digit_end, [&ends](std::string_view part, std::size_t base) {
    append_words(part, base, gpt2_word_end, ends);
  });
}

void split_falcon(std::string_view text, WordEnds& ends) {
  const auto append_part = [&ends](std::string_view part, std::size_t base) {
    ends.push_back(base + part.size());
  };
  const auto split_words = [&](std::string_view part, std::size_t base) {
    isolate(part, base, gpt2_word_end, [&](std::string_view word, std::size_t word_base) {
      isolate(word, word_base, three_digits_end, append_part);
    });
  };
  isolate(text, 0, falcon_punctuation_end, split_words);
}

} // namespace outpost::text
