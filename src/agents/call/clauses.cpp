#include "agents/call/clauses.h"

#include <algorithm>
#include <array>

#include "agents/call/words.h"

namespace outpost::agents {
namespace {

constexpr auto kJoiners = std::to_array<std::string_view>({"and", "also", "plus", "then"});

bool is_joiner(const Word& word) {
  return std::find(kJoiners.begin(), kJoiners.end(), word.text) != kJoiners.end();
}

bool is_protected(std::size_t at, const std::vector<Clause>& protect) {
  return std::any_of(protect.begin(), protect.end(),
                     [at](const Clause& span) { return at >= span.begin && at < span.end; });
}

// "no. 20351" and "3.5" are not the end of a sentence: a dot counts before white space and a
// capital, or at the text's end; the other marks always.
bool ends_sentence(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (c == '?' || c == '!' || c == ';' || c == '\n') return true;
  if (c != '.') return false;
  std::size_t next = at + 1;
  while (next < text.size() && text[next] == ' ') ++next;
  return next > at + 1 && next < text.size() && text[next] >= 'A' && text[next] <= 'Z';
}

} // namespace

std::vector<Clause> split_sentences(std::string_view text) {
  std::vector<Clause> sentences;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!ends_sentence(text, i)) continue;
    sentences.push_back({begin, i + 1});
    begin = i + 1;
  }
  if (begin < text.size()) sentences.push_back({begin, text.size()});
  return sentences;
}

std::vector<Clause> split_clauses(std::string_view text, const std::vector<Clause>& protect) {
  std::vector<std::size_t> cuts;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (ends_sentence(text, i) && !is_protected(i, protect)) cuts.push_back(i + 1);
  }
  for (const Word& word : split_words(text)) {
    if (is_joiner(word) && !is_protected(word.begin, protect)) cuts.push_back(word.begin);
  }
  std::sort(cuts.begin(), cuts.end());
  std::vector<Clause> clauses;
  std::size_t begin = 0;
  const auto add = [&](std::size_t end) {
    if (end > begin && !split_words(text.substr(begin, end - begin)).empty()) {
      clauses.push_back({begin, end});
      begin = end;
    }
  };
  for (const std::size_t cut : cuts) {
    if (clauses.size() + 1 < kClausesMax) add(cut);
  }
  add(text.size());
  if (!clauses.empty()) clauses.back().end = text.size();
  return clauses;
}

} // namespace outpost::agents
