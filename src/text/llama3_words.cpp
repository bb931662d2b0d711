// The pre-tokenizers built on the pattern of OpenAI's cl100k_base (openai/tiktoken), as Llama 3 and
// Qwen publish it in their tokenizer.json:
//   (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*
//   |\s*[\r\n]+|\s+(?!\S)|\s+
// Qwen2 takes digits one by one (\p{N}).
#include "text/pretokenizer.h"

namespace outpost::text {
namespace {

template <int kDigits>
std::size_t llama3_word_end(std::string_view text, std::size_t at) {
  const Character first = character_at(text, at);
  if (first.is(kLetter)) return end_of(text, at, kLetter);
  if (first.is(kNumber)) return digits_end(text, at, kDigits);
  if (first.value == '\'') {
    if (const std::size_t end = contraction_end(text, at, true); end > at) return end;
  }
  const std::size_t second_at = at + first.size_bytes;
  const auto second = peek(text, second_at);
  // One character of any other kind goes with the letters that follow it; a newline does not.
  if (!is_newline(first) && second && second->is(kLetter)) {
    return end_of(text, second_at, kLetter);
  }
  constexpr CharClass kNotOther = kSpace | kLetter | kNumber;
  const bool space_first = first.value == ' ' && second && !second->is(kNotOther);
  if (space_first || !first.is(kSpace)) {
    return run_end(text, end_of_not(text, space_first ? second_at : at, kNotOther), is_newline);
  }
  return spaces_or_lines_end(text, at);
}

} // namespace

void split_llama3(std::string_view text, WordEnds& ends) {
  append_words(text, 0, llama3_word_end<3>, ends);
}

void split_qwen2(std::string_view text, WordEnds& ends) {
  append_words(text, 0, llama3_word_end<1>, ends);
}

} // namespace outpost::text
