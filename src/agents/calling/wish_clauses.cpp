#include "agents/calling/wish_clauses.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "agents/call/words.h"

namespace outpost::agents {
namespace {

bool begins_wish(const Word& word) {
  static constexpr auto kJoiners = std::to_array<std::string_view>(
      {"also", "and", "finally", "lastly", "plus", "secondly", "then"});
  return std::ranges::find(kJoiners, word.text) != kJoiners.end();
}

bool asks(const Word& word) {
  static constexpr auto kQuestions = std::to_array<std::string_view>(
      {"can", "could", "how", "what", "whats", "when", "where", "which", "who", "whos"});
  return std::ranges::find(kQuestions, word.text) != kQuestions.end();
}

} // namespace

std::vector<Clause> split_wishes(std::string_view text) {
  std::vector<std::size_t> cuts;
  for (const Clause& sentence : split_sentences(text)) cuts.push_back(sentence.end);
  for (const Word& word : split_words(text)) {
    const bool after_comma = word.begin >= 2 && text.substr(word.begin - 2, 2) == ", ";
    if (begins_wish(word) || (after_comma && asks(word))) cuts.push_back(word.begin);
  }
  std::ranges::sort(cuts);
  std::vector<Clause> wishes;
  std::size_t begin = 0;
  for (const std::size_t cut : cuts) {
    if (cut <= begin || wishes.size() + 1 == kWishesMax) continue;
    wishes.push_back({begin, cut});
    begin = cut;
  }
  if (begin < text.size()) wishes.push_back({begin, text.size()});
  return wishes;
}

} // namespace outpost::agents
