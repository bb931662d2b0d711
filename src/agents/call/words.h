// Text as words, for matching: ASCII letters lower-cased, other letters kept, places remembered.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace outpost::agents {

struct Word {
  std::string text; // lower case, without apostrophes
  std::string stem;
  std::size_t begin = 0; // bytes of the text it was cut from
  std::size_t end = 0;
};

// Runs of letters, digits and inner apostrophes; at most kWordsMax of them.
inline constexpr std::size_t kWordsMax = 2000;
std::vector<Word> split_words(std::string_view text);

// Unicode's dashes as '-', its spaces as ' ', what is not seen left out: how an identifier means to
// be read, whatever keyboard or mail program it came through.
std::string with_plain_signs(std::string_view text);

// The common part of a word's forms: order, orders, ordered; shipping, shipped. A light English
// suffix stripper (a few of the rules of Porter 1980); other words are left as they are.
std::string stem(std::string_view word);

// Words that say little about what is wanted: the, of, please.
bool is_function_word(std::string_view word);

// Is the word among those?
bool is_one_of(std::string_view word, std::span<const std::string_view> words);

std::string lower_case(std::string_view text);

} // namespace outpost::agents
