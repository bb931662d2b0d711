#include "agents/memory/fact_patterns.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "agents/call/words.h"

namespace outpost::agents {
namespace {

// A sentence's beginning; "*" is one to three words that name the relation. The value follows.
struct Pattern {
  std::string_view beginning;
  std::string_view relation; // "*" is replaced by what stood there
  bool single_valued;
  bool needs_name; // the value must begin with a capital or have a digit: "my knee is sore" is no
                   // fact
};

// The first that fits at a word counts, so longer beginnings stand first.
constexpr auto kPatterns = std::to_array<Pattern>({
    {"my name is", "name", true, true},
    {"please call me", "name", true, true},
    {"i live in", "lives in", true, false},
    {"i live at", "address", true, false},
    {"i now live in", "lives in", true, false},
    {"i moved to", "lives in", true, true},
    {"i have moved to", "lives in", true, true},
    {"ive moved to", "lives in", true, true},
    {"we moved to", "lives in", true, true},
    {"i work at", "works at", true, true},
    {"i work for", "works at", true, true},
    {"i now work at", "works at", true, true},
    {"i work as", "works as", true, false},
    {"i was born on", "born", true, true},
    {"i was born in", "born in", true, true},
    {"i am allergic to", "allergic to", false, false},
    {"im allergic to", "allergic to", false, false},
    {"i cant eat", "does not eat", false, false},
    {"i dont eat", "does not eat", false, false},
    {"i do not eat", "does not eat", false, false},
    {"i prefer", "prefers", false, false},
    {"my favourite * is", "favourite *", true, false},
    {"my favorite * is", "favourite *", true, false},
    {"my * is called", "*'s name", true, true},
    {"my * is named", "*'s name", true, true},
    {"my * is now", "*", true, true},
    {"my * is", "*", true, true},
});

// Words that a value does not reach beyond.
constexpr auto kStops = std::to_array<std::string_view>(
    {"although", "and",     "anymore", "because", "but",   "can", "could",
     "if",       "instead", "now",     "please",  "since", "so",  "though",
     "too",      "when",    "which",   "while",   "who",   "with"});
constexpr std::size_t kValueWordsMax = 8;
constexpr std::size_t kSlotWordsMax = 3;

class Statement {
public:
  explicit Statement(std::string_view text) : text_(text), words_(split_words(text)) {}

  [[nodiscard]] std::size_t size() const { return words_.size(); }
  [[nodiscard]] const std::string& word(std::size_t i) const { return words_[i].text; }
  // Whether a sign between this word and the one before ends a clause.
  [[nodiscard]] bool begins_clause(std::size_t i) const {
    return i == 0 || between(i).find_first_of(".,;:!?\n()") != std::string_view::npos;
  }
  [[nodiscard]] std::string_view raw(std::size_t begin, std::size_t end) const {
    return text_.substr(words_[begin].begin, words_[end - 1].end - words_[begin].begin);
  }
  // The sentence that the word stands in ends with a question mark.
  [[nodiscard]] bool is_asked(std::size_t i) const {
    const std::size_t end = text_.find_first_of(".!?\n", words_[i].end);
    return end != std::string_view::npos && text_[end] == '?';
  }

private:
  [[nodiscard]] std::string_view between(std::size_t i) const {
    return text_.substr(words_[i - 1].end, words_[i].begin - words_[i - 1].end);
  }
  std::string_view text_;
  std::vector<Word> words_;
};

struct Match {
  std::size_t value_begin = 0;
  std::string slot; // what "*" stood for
};

// The rest of a beginning after `at`, with the slot's words taken one by one.
std::optional<Match> match(const Statement& statement, std::size_t at, const Pattern& pattern) {
  std::string_view rest = pattern.beginning;
  Match found;
  while (!rest.empty()) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const std::string_view wanted = rest.substr(0, space);
    rest.remove_prefix(std::min(space + 1, rest.size()));
    if (at >= statement.size()) return std::nullopt;
    if (wanted != "*") {
      if (statement.word(at++) != wanted) return std::nullopt;
      continue;
    }
    const std::string_view after = rest.substr(0, rest.find(' '));
    std::size_t taken = 0;
    while (at < statement.size() && taken < kSlotWordsMax && statement.word(at) != after) {
      if (taken != 0 && statement.begins_clause(at)) return std::nullopt;
      found.slot += (taken++ == 0 ? "" : " ") + statement.word(at++);
    }
    if (taken == 0) return std::nullopt;
  }
  found.value_begin = at;
  return found;
}

bool is_name_or_number(std::string_view value) {
  const bool capital = value[0] >= 'A' && value[0] <= 'Z';
  return capital ||
         std::any_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<MemoryFact> read_fact(const Statement& statement, std::size_t at,
                                    const Pattern& pattern) {
  const auto found = match(statement, at, pattern);
  if (!found) return std::nullopt;
  std::size_t begin = found->value_begin;
  while (begin < statement.size() &&
         (statement.word(begin) == "a" || statement.word(begin) == "an"))
    ++begin;
  std::size_t end = begin;
  while (end < statement.size() && end - begin < kValueWordsMax) {
    const bool stops =
        std::binary_search(kStops.begin(), kStops.end(), std::string_view(statement.word(end)));
    if (stops || (end != begin && statement.begins_clause(end))) break;
    ++end;
  }
  if (end == begin || statement.begins_clause(begin)) return std::nullopt;
  const std::string_view value = statement.raw(begin, end);
  if (pattern.needs_name && !is_name_or_number(value)) return std::nullopt;
  MemoryFact fact;
  fact.subject = "user";
  fact.relation = pattern.relation;
  const std::size_t star = fact.relation.find('*');
  if (star != std::string::npos) fact.relation.replace(star, 1, found->slot);
  fact.value = value;
  fact.single_valued = pattern.single_valued;
  fact.confidence = pattern.beginning.find('*') == std::string_view::npos ? 0.9 : 0.7;
  return fact;
}

} // namespace

std::vector<MemoryFact> facts_in(std::string_view text) {
  const Statement statement(text);
  std::vector<MemoryFact> facts;
  for (std::size_t at = 0; at < statement.size() && facts.size() < kFactsOfTurnMax; ++at) {
    if (statement.is_asked(at)) continue;
    for (const Pattern& pattern : kPatterns) {
      auto fact = read_fact(statement, at, pattern);
      if (!fact) continue;
      facts.push_back(std::move(*fact));
      break;
    }
  }
  return facts;
}

} // namespace outpost::agents
