#include "agents/call/words.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace outpost::agents {
namespace {

constexpr auto kFunctionWords = std::to_array<std::string_view>(
    {"a",      "about", "after", "all",   "also",   "am",   "an",    "and",    "any",   "are",
     "as",     "at",    "be",    "been",  "before", "but",  "by",    "can",    "cant",  "could",
     "did",    "do",    "does",  "dont",  "for",    "from", "get",   "got",    "had",   "has",
     "have",   "he",    "hello", "her",   "hi",     "his",  "how",   "i",      "id",    "if",
     "ill",    "im",    "in",    "into",  "is",     "it",   "its",   "ive",    "just",  "know",
     "like",   "me",    "my",    "no",    "not",    "now",  "of",    "on",     "or",    "our",
     "please", "pls",   "plz",   "she",   "should", "so",   "some",  "tell",   "that",  "the",
     "their",  "them",  "then",  "there", "they",   "this", "to",    "too",    "up",    "us",
     "was",    "we",    "were",  "what",  "whats",  "when", "where", "wheres", "which", "who",
     "will",   "with",  "would", "yes",   "yet",    "you",  "your"});

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// The length of an apostrophe at `at`: ' or the typographic one; 0 when there is none.
std::size_t apostrophe(std::string_view text, std::size_t at) {
  if (text[at] == '\'') return 1;
  return text.substr(at, 3) == "\xE2\x80\x99" ? 3 : 0;
}

bool is_dash(char32_t c) {
  return (c >= 0x2010 && c <= 0x2015) || c == 0x2043 || c == 0x2212 || c == 0xFE58 || c == 0xFE63 ||
         c == 0xFF0D;
}
bool is_space(char32_t c) {
  return c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000;
}
// Shown as nothing: soft hyphen, zero-width characters, marks of direction.
bool is_invisible(char32_t c) {
  return c == 0xAD || (c >= 0x200B && c <= 0x200F) || c == 0x2060 || c == 0xFEFF;
}

// The length of a sign at `at` that is no part of a word though it is beyond ASCII; 0 for letters.
std::size_t sign(std::string_view text, std::size_t at) {
  const Utf8 c = decode_utf8(text.substr(at));
  if (c.state != Utf8::State::kWhole || c.value < 0x80) return 0;
  const bool latin =
      c.value >= 0xA0 && c.value <= 0xBF && c.value != 0xAA && c.value != 0xB5 && c.value != 0xBA;
  const bool general = c.value >= 0x2000 && c.value <= 0x206F;
  return latin || general || is_dash(c.value) || is_space(c.value) || is_invisible(c.value)
             ? c.size_bytes
             : 0;
}

bool drop_suffix(std::string& word, std::string_view suffix, std::string_view instead,
                 std::size_t least_left) {
  if (!word.ends_with(suffix) || word.size() - suffix.size() < least_left) return false;
  word.resize(word.size() - suffix.size());
  word += instead;
  return true;
}

bool is_vowel(char c) { return std::string_view("aeiouy").find(c) != std::string_view::npos; }

bool has_vowel(std::string_view text) { return std::any_of(text.begin(), text.end(), is_vowel); }

// shipp(ed) -> ship, cancell(ed) -> cancel, but fill stays.
void undouble(std::string& word) {
  const std::size_t n = word.size();
  if (n >= 4 && word[n - 1] == word[n - 2] && !is_vowel(word[n - 1]) && word[n - 1] != 's') {
    word.pop_back();
  }
}

void strip_plural(std::string& word) {
  if (word.ends_with("ss") || word.ends_with("us") || word.ends_with("is")) return;
  if (drop_suffix(word, "ies", "y", 3)) return;
  for (const std::string_view end : {"xes", "ches", "shes", "sses", "zes"}) {
    if (word.ends_with(end)) return word.resize(word.size() - 2);
  }
  drop_suffix(word, "s", "", 3);
}

void strip_verb_ending(std::string& word) {
  for (const std::string_view suffix : {"ing", "ed"}) {
    const std::string_view before =
        std::string_view(word).substr(0, word.size() - std::min(word.size(), suffix.size()));
    if (word.ends_with(suffix) && before.size() >= 3 && has_vowel(before)) {
      word.resize(before.size());
      return undouble(word);
    }
  }
}

} // namespace

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return lower;
}

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_function_word(std::string_view word) {
  return std::binary_search(kFunctionWords.begin(), kFunctionWords.end(), word);
}

std::string stem(std::string_view word) {
  std::string out(word);
  const bool plain =
      std::all_of(out.begin(), out.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (!plain || out.size() < 4 || is_function_word(out)) return out;
  strip_plural(out);
  if (drop_suffix(out, "ability", "abl", 3)) return out;
  if (drop_suffix(out, "ation", "", 5)) {
    undouble(out);
  } else {
    strip_verb_ending(out);
  }
  drop_suffix(out, "ery", "er", 4);
  drop_suffix(out, "e", "", 4);
  return out;
}

std::string with_plain_signs(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const Utf8 c = decode_utf8(text);
    if (is_dash(c.value)) {
      plain += '-';
    } else if (is_space(c.value)) {
      plain += ' ';
    } else if (!is_invisible(c.value)) {
      plain += text.substr(0, c.size_bytes);
    }
    text.remove_prefix(c.size_bytes);
  }
  return plain;
}

std::vector<Word> split_words(std::string_view text) {
  std::vector<Word> words;
  std::size_t at = 0;
  while (at < text.size() && words.size() < kWordsMax) {
    const std::size_t skipped = sign(text, at);
    if (skipped != 0 || !is_word_byte(text[at])) {
      at += std::max<std::size_t>(skipped, 1);
      continue;
    }
    Word word;
    word.begin = at;
    while (at < text.size()) {
      if (const std::size_t mark = apostrophe(text, at); mark != 0) {
        const bool inside = at + mark < text.size() && is_word_byte(text[at + mark]);
        if (!inside) break;
        at += mark;
      } else if (is_word_byte(text[at]) && sign(text, at) == 0) {
        word.text += text[at++];
      } else {
        break;
      }
    }
    word.end = at;
    word.text = lower_case(word.text);
    word.stem = stem(word.text);
    words.push_back(std::move(word));
  }
  return words;
}

} // namespace outpost::agents
