#include "agents/retrieval/query_terms.h"

#include <algorithm>
#include <array>

#include "agents/call/words.h"
#include "agents/retrieval/word_families.h"

namespace outpost::agents {
namespace {

constexpr double kNearQuality = 0.5;
constexpr double kFamilyQuality = 0.7;
// Of one family: at least this many letters in common at the beginning, and this share of the
// longer word.
constexpr std::size_t kFamilyLetters = 5;
constexpr double kFamilyShare = 0.6;

// Words of questions to a memory that are about the asking, not about what is asked.
constexpr auto kAsking = std::to_array<std::string_view>(
    {"again",    "ago",   "currently", "exactly",  "ever",   "kind", "last", "long", "many",
     "mention",  "much",  "recently",  "remember", "remind", "said", "say",  "sort", "still",
     "supposed", "thing", "time",      "told",     "type",   "use",  "used", "want"});
constexpr double kAskingWeight = 0.4;
constexpr double kFunctionWeight = 0.3;

constexpr auto kNumberWords = std::to_array<std::string_view>(
    {"one",       "two",      "three",  "four",     "five",    "six",       "seven",    "eight",
     "nine",      "ten",      "twelve", "twenty",   "hundred", "thousand",  "monday",   "tuesday",
     "wednesday", "thursday", "friday", "saturday", "sunday",  "january",   "february", "march",
     "april",     "may",      "june",   "july",     "august",  "september", "october",  "november",
     "december",  "half",     "noon",   "midnight"});

bool is_one_of(std::string_view word, const auto& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool same_family(std::string_view a, std::string_view b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  std::size_t common = 0;
  while (common < shorter && a[common] == b[common]) ++common;
  const auto longer = static_cast<double>(std::max(a.size(), b.size()));
  return common >= kFamilyLetters && static_cast<double>(common) >= kFamilyShare * longer;
}

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

double match_quality(const QueryTerm& term, std::string_view stem) {
  if (stem == term.stem) return 1;
  if (is_one_of(stem, term.near)) return kNearQuality;
  return same_family(stem, term.stem) ? kFamilyQuality : 0;
}

std::vector<std::string> passage_stems(std::string_view text) {
  std::vector<std::string> stems;
  for (const Word& word : split_words(text)) stems.push_back(base_stem(word.text));
  return stems;
}

std::vector<QueryTerm> query_terms(std::string_view text) {
  std::vector<QueryTerm> terms;
  const std::vector<Word> words = split_words(text);
  const bool only_function_words = std::all_of(
      words.begin(), words.end(), [](const Word& word) { return is_function_word(word.text); });
  for (const Word& word : words) {
    if (is_function_word(word.text) && !only_function_words) continue;
    std::string stem = base_stem(word.text);
    const bool known = std::any_of(terms.begin(), terms.end(),
                                   [&](const QueryTerm& term) { return term.stem == stem; });
    if (known || terms.size() == kQueryTermsMax) continue;
    double weight = is_one_of(word.text, kAsking) ? kAskingWeight : 1;
    if (only_function_words) weight = kFunctionWeight;
    const std::vector<std::string>& near = near_stems(stem);
    terms.push_back({std::move(stem), weight, near});
  }
  return terms;
}

AskedFor asked_for(std::string_view question) {
  const std::vector<Word> words = split_words(question);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i].text;
    const std::string_view next = i + 1 < words.size() ? words[i + 1].text : std::string_view();
    if (word == "when" || word == "date" || word == "number") return AskedFor::kNumberOrTime;
    const bool quantity = next == "many" || next == "much" || next == "old" || next == "long" ||
                          next == "big" || next == "tall" || next == "often" || next == "far";
    if (word == "how" && quantity) return AskedFor::kNumberOrTime;
    if (word == "what" && (next == "time" || next == "day")) return AskedFor::kNumberOrTime;
    if (word == "who" || word == "whose" || word == "name") return AskedFor::kName;
  }
  return AskedFor::kAnything;
}

bool offers(AskedFor what, std::string_view passage) {
  if (what == AskedFor::kAnything) return false;
  const std::vector<Word> words = split_words(passage);
  if (what == AskedFor::kNumberOrTime) {
    return std::any_of(words.begin(), words.end(), [](const Word& word) {
      return has_digit(word.text) || is_one_of(word.text, kNumberWords);
    });
  }
  // A capital inside a sentence; "I" is none.
  for (std::size_t i = 1; i < words.size(); ++i) {
    const char first = passage[words[i].begin];
    const std::string_view between =
        passage.substr(words[i - 1].end, words[i].begin - words[i - 1].end);
    const bool begins_sentence = between.find_first_of(".!?") != std::string_view::npos;
    if (first >= 'A' && first <= 'Z' && !begins_sentence && words[i].text.size() > 2) return true;
  }
  return false;
}

} // namespace outpost::agents
