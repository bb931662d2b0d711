#include "agents/calling/wish_clauses.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "agents/call/words.h"

namespace outpost::agents {
namespace {

bool begins_wish(const Word& word) {
  static constexpr auto kJoiners = std::to_array<std::string_view>(
      {"also", "and", "finally", "lastly", "plus", "secondly", "then"});
  return is_one_of(word.text, kJoiners);
}

bool asks(const Word& word) {
  static constexpr auto kQuestions = std::to_array<std::string_view>(
      {"can", "could", "how", "what", "whats", "when", "where", "which", "who", "whos"});
  return is_one_of(word.text, kQuestions);
}

// What may stand before a question or an order without being part of it.
bool leads_in(const Word& word) {
  static constexpr auto kLeads = std::to_array<std::string_view>(
      {"additionally", "after", "also",   "and",     "but",    "finally", "first",
       "firstly",      "hello", "hey",    "hi",      "just",   "lastly",  "next",
       "now",          "ok",    "please", "plus",    "second", "so",      "secondly",
       "that",         "then",  "third",  "thirdly", "this",   "to"});
  return is_one_of(word.text, kLeads);
}

bool asks_by_helper(const Word& word) {
  static constexpr auto kHelpers = std::to_array<std::string_view>(
      {"are", "did", "do", "does", "is", "was", "were", "will", "would"});
  return is_one_of(word.text, kHelpers);
}

bool orders(const Word& word) {
  static constexpr auto kOrders = std::to_array<std::string_view>(
      {"add",      "analyze",  "book",    "buy",    "calculate", "change",    "check",   "compare",
       "compute",  "convert",  "create",  "delete", "describe",  "determine", "display", "draw",
       "estimate", "explain",  "fetch",   "find",   "generate",  "get",       "give",    "help",
       "identify", "list",     "locate",  "look",   "make",      "open",      "order",   "plan",
       "play",     "predict",  "provide", "read",   "recommend", "remind",    "remove",  "reserve",
       "retrieve", "schedule", "search",  "send",   "set",       "show",      "solve",   "start",
       "stop",     "suggest",  "tell",    "track",  "translate", "turn",      "update",  "write"});
  return is_one_of(word.text, kOrders);
}

// "I want", "we would like", "I'm looking for".
bool wishes(std::span<const Word> words) {
  static constexpr auto kSpeakers = std::to_array<std::string_view>({"i", "id", "im", "we", "wed"});
  static constexpr auto kWishes = std::to_array<std::string_view>(
      {"curious", "id", "interested", "like", "looking", "love", "need", "want", "wed", "wonder"});
  if (words.empty() || !is_one_of(words.front().text, kSpeakers)) return false;
  return std::ranges::any_of(words.first(std::min<std::size_t>(4, words.size())),
                             [](const Word& word) { return is_one_of(word.text, kWishes); });
}

} // namespace

bool asks_for_something(std::string_view part) {
  const std::vector<Word> words = split_words(part);
  const auto first = std::ranges::find_if_not(words, leads_in);
  if (first == words.end()) return false;
  return asks(*first) || asks_by_helper(*first) || orders(*first) ||
         wishes(std::span(first, words.end()));
}

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
