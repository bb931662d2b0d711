// How a byte-level BPE model cuts text into words before it merges; the file names the way in
// tokenizer.ggml.pre. Each is a hand-written scanner for a published pattern (tests/tokens compares
// them with the pattern itself); one file per family.
#pragma once
#include <span>
#include <string_view>

#include "text/scan.h"

namespace outpost::text {

struct PreTokenizer {
  std::string_view name;
  // Appends the ends of the words of `text`, any bytes. Every byte is in exactly one word.
  void (*split)(std::string_view text, WordEnds& ends);
  // A word that is a token is that token, even where the merges would not build it.
  bool whole_words_first = false;
  // What holds when the file does not say.
  bool adds_bos = false;
};

// nullptr for a name that is not one of known_pretokenizers().
const PreTokenizer* find_pretokenizer(std::string_view name);
std::span<const PreTokenizer> known_pretokenizers();

void split_gpt2(std::string_view text, WordEnds& ends);
void split_gpt2_single_digits(std::string_view text, WordEnds& ends); // smollm, starcoder, refact
void split_falcon(std::string_view text, WordEnds& ends);
void split_llama3(std::string_view text, WordEnds& ends);
void split_qwen2(std::string_view text, WordEnds& ends);
void split_gpt4o(std::string_view text, WordEnds& ends);
void split_tekken(std::string_view text, WordEnds& ends);
void split_deepseek_llm(std::string_view text, WordEnds& ends);
void split_deepseek_coder(std::string_view text, WordEnds& ends);

} // namespace outpost::text
