// DeepSeek's pre-tokenizers (tokenizer.json of deepseek-llm and deepseek-coder; the steps and
// ranges as llama.cpp names them in src/llama-vocab.cpp): several "Split, isolated" steps, one
// after the other, each on the pieces of the one before.
#include <array>

#include "text/pretokenizer.h"

namespace outpost::text {
namespace {

struct Range {
  char32_t first, last;
};

template <std::size_t kCount>
bool contains(const std::array<Range, kCount>& ranges, char32_t value) {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), value,
                                      [](char32_t v, const Range& r) { return v < r.first; });
  return after != ranges.begin() && value <= std::prev(after)->last;
}

// The letters with case of an older Unicode, as deepseek-llm's tokenizer.json spells them out.
constexpr std::array<Range, 87> kCasedLetters = {{
    {0x41, 0x5A},       {0x61, 0x7A},       {0xB5, 0xB5},       {0xC0, 0xD6},
    {0xD8, 0xF6},       {0xF8, 0x1BA},      {0x1BC, 0x1BF},     {0x1C4, 0x293},
    {0x295, 0x2AF},     {0x370, 0x373},     {0x376, 0x376},     {0x377, 0x377},
    {0x37B, 0x37D},     {0x37F, 0x37F},     {0x386, 0x386},     {0x388, 0x38A},
    {0x38C, 0x38C},     {0x38E, 0x3A1},     {0x3A3, 0x3F5},     {0x3F7, 0x481},
    {0x48A, 0x52F},     {0x531, 0x556},     {0x10A0, 0x10C5},   {0x13A0, 0x13F5},
    {0x13F8, 0x13FD},   {0x1C90, 0x1CBA},   {0x1CBD, 0x1CBF},   {0x1D00, 0x1D2B},
    {0x1D6B, 0x1D77},   {0x1D79, 0x1D9A},   {0x1E00, 0x1F15},   {0x1F18, 0x1F1D},
    {0x1F20, 0x1F45},   {0x1F48, 0x1F4D},   {0x1F50, 0x1F57},   {0x1F59, 0x1F59},
    {0x1F5B, 0x1F5B},   {0x1F5D, 0x1F5D},   {0x1F5F, 0x1F7D},   {0x1F80, 0x1FB4},
    {0x1FB6, 0x1FBC},   {0x1FBE, 0x1FBE},   {0x1FC2, 0x1FC4},   {0x1FC6, 0x1FCC},
    {0x1FD0, 0x1FD3},   {0x1FD6, 0x1FDB},   {0x1FE0, 0x1FEC},   {0x1FF2, 0x1FF4},
    {0x1FF6, 0x1FFC},   {0x2102, 0x2102},   {0x2107, 0x2107},   {0x210A, 0x2113},
    {0x2115, 0x2115},   {0x2119, 0x211D},   {0x2124, 0x2124},   {0x2126, 0x2126},
    {0x2128, 0x2128},   {0x212A, 0x212D},   {0x212F, 0x2134},   {0x2139, 0x2139},
    {0x213C, 0x213F},   {0x2145, 0x2149},   {0x214E, 0x214E},   {0x2183, 0x2183},
    {0x2184, 0x2184},   {0x2C00, 0x2C7B},   {0x2C7E, 0x2CE4},   {0x2CEB, 0x2CEE},
    {0x2CF2, 0x2CF2},   {0x2CF3, 0x2CF3},   {0xA640, 0xA66D},   {0xA680, 0xA69B},
    {0xA722, 0xA76F},   {0xA771, 0xA787},   {0xA78B, 0xA78E},   {0xAB70, 0xABBF},
    {0xFB00, 0xFB06},   {0xFB13, 0xFB17},   {0xFF21, 0xFF3A},   {0xFF41, 0xFF5A},
    {0x10400, 0x1044F}, {0x104B0, 0x104D3}, {0x104D8, 0x104FB}, {0x10C80, 0x10CB2},
    {0x10CC0, 0x10CF2}, {0x118A0, 0x118DF}, {0x1E900, 0x1E943},
}};

// `[!-/:-~！-／：-～‘-‟　-。]`. ":-~" holds the ASCII letters; those were taken a step earlier.
constexpr std::array<Range, 6> kMarksAndQuotes = {{{0x21, 0x2F},
                                                   {0x3A, 0x7E},
                                                   {0x2018, 0x201F},
                                                   {0x3000, 0x3002},
                                                   {0xFF01, 0xFF0F},
                                                   {0xFF1A, 0xFF5E}}};

// `[一-龥ࠀ-一가-퟿]`: Han, Hangul, and every script from U+0800 to Han.
constexpr std::array<Range, 2> kAsianScripts = {{{0x800, 0x9FA5}, {0xAC00, 0xD7FF}}};

std::size_t one_newline_end(std::string_view text, std::size_t at) {
  return text[at] == '\n' || text[at] == '\r' ? at + 1 : at;
}

// `\s?X+`, X being what belongs() says.
template <class Belongs>
std::size_t spaced_run_end(std::string_view text, std::size_t at, Belongs belongs) {
  const Character first = character_at(text, at);
  if (first.is(kSpace)) {
    const std::size_t start = at + first.size_bytes;
    if (const std::size_t end = run_end(text, start, belongs); end > start) return end;
  }
  return run_end(text, at, belongs);
}

std::size_t cased_letters_end(std::string_view text, std::size_t at) {
  return spaced_run_end(text, at,
                        [](const Character& c) { return contains(kCasedLetters, c.value); });
}

std::size_t marks_and_quotes_end(std::string_view text, std::size_t at) {
  return spaced_run_end(text, at,
                        [](const Character& c) { return contains(kMarksAndQuotes, c.value); });
}

std::size_t letters_end(std::string_view text, std::size_t at) {
  return spaced_run_end(text, at, [](const Character& c) { return c.is(kLetter); });
}

std::size_t punctuation_end(std::string_view text, std::size_t at) {
  return spaced_run_end(text, at, [](const Character& c) { return c.is(kPunctuation); });
}

std::size_t asian_script_end(std::string_view text, std::size_t at) {
  return run_end(text, at, [](const Character& c) { return contains(kAsianScripts, c.value); });
}

std::size_t numbers_end(std::string_view text, std::size_t at) { return end_of(text, at, kNumber); }

std::size_t one_number_end(std::string_view text, std::size_t at) {
  return digits_end(text, at, 1);
}

// `\s+$`: where the spaces begin that end the piece, found in one pass.
std::size_t trailing_spaces(std::string_view piece) {
  std::size_t start = 0;
  for (std::size_t at = 0; at < piece.size();) {
    const Character c = character_at(piece, at);
    at += c.size_bytes;
    if (!c.is(kSpace)) start = at;
  }
  return start;
}

} // namespace

void split_deepseek_llm(std::string_view text, WordEnds& ends) {
  const auto append_part = [&](std::string_view part, std::size_t base) {
    ends.push_back(base + part.size());
  };
  const auto split_numbers = [&](std::string_view part, std::size_t base) {
    isolate(part, base, numbers_end, append_part);
  };
  const auto split_scripts = [&](std::string_view part, std::size_t base) {
    isolate(part, base, asian_script_end, split_numbers);
  };
  const auto split_trailing_spaces = [&](std::string_view part, std::size_t base) {
    const std::size_t spaces = trailing_spaces(part);
    if (spaces > 0) split_scripts(part.substr(0, spaces), base);
    if (spaces < part.size()) split_scripts(part.substr(spaces), base + spaces);
  };
  const auto split_marks = [&](std::string_view part, std::size_t base) {
    isolate(part, base, marks_and_quotes_end, split_trailing_spaces);
  };
  const auto split_letters = [&](std::string_view part, std::size_t base) {
    isolate(part, base, cased_letters_end, split_marks);
  };
  isolate(text, 0, one_newline_end, split_letters);
}

void split_deepseek_coder(std::string_view text, WordEnds& ends) {
  const auto append_part = [&](std::string_view part, std::size_t base) {
    ends.push_back(base + part.size());
  };
  const auto split_numbers = [&](std::string_view part, std::size_t base) {
    isolate(part, base, one_number_end, append_part);
  };
  const auto split_scripts = [&](std::string_view part, std::size_t base) {
    isolate(part, base, asian_script_end, split_numbers);
  };
  const auto split_punctuation = [&](std::string_view part, std::size_t base) {
    isolate(part, base, punctuation_end, split_scripts);
  };
  const auto split_letters = [&](std::string_view part, std::size_t base) {
    isolate(part, base, letters_end, split_punctuation);
  };
  isolate(text, 0, one_newline_end, split_letters);
}

} // namespace outpost::text
