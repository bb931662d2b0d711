#include <algorithm>
#include <cmath>

#include "agents/call/recognisers.h"
#include "base/edit_distance.h"

namespace outpost::agents {
namespace {

// A reading must hold this share of a name's weight: a rare word alone does, a common one does not.
constexpr double kScoreLeast = 0.3;
// Readings this close to the best one fit as well.
constexpr double kTie = 0.9;
constexpr std::size_t kMentionsMax = 8;
constexpr std::size_t kAlternativesMax = 6;
constexpr double kSlipCost = 0.12;
// One word of several is a mention of the whole only when it is long enough not to be an everyday
// one (set, rain), and with a slip longer still (store, stove).
constexpr std::size_t kAloneLength = 5;
constexpr std::size_t kSlipAloneLength = 7;
constexpr double kGapCost = 0.02; // a foreign word inside a name

} // namespace

LookupRecogniser::LookupRecogniser(std::string kind, const std::vector<std::string>& known)
    : kind_(std::move(kind)) {
  std::map<std::string, std::size_t> entries_with;
  std::vector<std::vector<Word>> names;
  for (const std::string& value : known) {
    names.push_back(split_words(value));
    std::set<std::string> stems;
    for (const Word& word : names.back()) stems.insert(word.stem);
    for (const std::string& one : stems) ++entries_with[one];
  }
  for (const auto& [word, count] : entries_with) { // ordered: so is the vocabulary
    vocabulary_.push_back(word);
    weight_.push_back(
        std::log(1.0 + static_cast<double>(known.size()) / static_cast<double>(count)));
  }
  for (std::size_t i = 0; i < known.size(); ++i) {
    Entry entry{known[i], {}, 0};
    for (const Word& word : names[i]) {
      const auto at = std::lower_bound(vocabulary_.begin(), vocabulary_.end(), word.stem);
      entry.words.push_back(static_cast<std::uint32_t>(at - vocabulary_.begin()));
      entry.weight += weight_[entry.words.back()];
    }
    for (std::size_t w = 0; w + 1 < names[i].size(); ++w) {
      joined_[stem(names[i][w].text + names[i][w + 1].text)] = {entry.words[w], entry.words[w + 1]};
    }
    if (!entry.words.empty()) entries_.push_back(std::move(entry));
  }
}

void LookupRecogniser::match_word(const std::string& stem, std::size_t length,
                                  std::vector<Match>& matches) const {
  for (std::uint32_t i = 0; i < vocabulary_.size(); ++i) {
    const std::size_t slips = tolerated_slips(std::min(stem.size(), vocabulary_[i].size()));
    const auto distance = edit_distance(stem, vocabulary_[i], slips);
    if (!distance) continue;
    // Whoever slips does not slip at once: make and take are no rake.
    const bool is_other_word = *distance > 0 && stem.front() != vocabulary_[i].front() &&
                               vocabulary_[i].size() < kAloneLength;
    if (is_other_word) continue;
    matches.push_back({i, i, 1.0 - kSlipCost * static_cast<double>(*distance), length});
  }
  const auto joined = joined_.find(stem);
  if (joined != joined_.end()) {
    matches.push_back({joined->second.first, joined->second.second, 1.0, length});
  }
}

std::vector<std::vector<LookupRecogniser::Match>>
LookupRecogniser::match_words(const Text& text) const {
  std::vector<std::vector<Match>> matches(text.words.size());
  for (std::size_t i = 0; i < text.words.size(); ++i) {
    const Word& word = text.words[i];
    if (is_function_word(word.text)) continue;
    match_word(word.stem, 1, matches[i]);
    if (i + 1 < text.words.size()) { // "head lamp" for headlamp
      const std::string joined = stem(word.text + text.words[i + 1].text);
      const auto at = std::lower_bound(vocabulary_.begin(), vocabulary_.end(), joined);
      if (at != vocabulary_.end() && *at == joined) {
        const auto index = static_cast<std::uint32_t>(at - vocabulary_.begin());
        matches[i].push_back({index, index, 1.0, 2});
      }
    }
  }
  return matches;
}

// The share of the name's weight that was read; 0 when it rests on too little.
double LookupRecogniser::score_of(const Entry& entry, const std::vector<double>& likeness) const {
  double sum = 0;
  std::size_t matched = 0;
  bool stands_alone = entry.words.size() == 1;
  for (std::size_t w = 0; w < entry.words.size(); ++w) {
    if (likeness[w] <= 0) continue;
    sum += likeness[w] * weight_[entry.words[w]];
    ++matched;
    const std::size_t length = vocabulary_[entry.words[w]].size();
    stands_alone |= length >= (likeness[w] < 1.0 ? kSlipAloneLength : kAloneLength);
  }
  return matched > 1 || stands_alone ? sum / entry.weight : 0.0;
}

// The best run of words of the text for one entry: each word of the name counted once, at most one
// foreign word between two of them.
LookupRecogniser::Reading
LookupRecogniser::best_reading(std::size_t index, const std::vector<std::vector<Match>>& matches,
                               const std::vector<bool>& taken) const {
  const Entry& entry = entries_[index];
  Reading best{index, 0, 0, 0};
  for (std::size_t first = 0; first < matches.size(); ++first) {
    std::vector<double> likeness(entry.words.size(), 0.0);
    std::size_t gap = 0;
    double lost = 0;
    for (std::size_t i = first; i < matches.size() && gap <= 1; ++i) {
      std::size_t length = 0;
      for (const Match& match : matches[i]) {
        if (taken[i] || (match.length == 2 && taken[i + 1])) continue;
        for (std::size_t w = 0; w < entry.words.size(); ++w) {
          const bool is_meant = entry.words[w] == match.word || entry.words[w] == match.also;
          if (!is_meant || likeness[w] >= match.likeness) continue;
          likeness[w] = match.likeness;
          length = std::max(length, match.length);
        }
      }
      if (length == 0) {
        if (i == first) break;
        ++gap;
        lost += kGapCost;
        continue;
      }
      gap = 0;
      i += length - 1;
      const double score = score_of(entry, likeness) - lost;
      if (score > best.score) best = {index, first, i, score};
    }
  }
  return best;
}

void LookupRecogniser::find(const Text& text, std::vector<Mention>& found) const {
  const auto matches = match_words(text);
  std::vector<bool> taken(text.words.size() + 1, false);
  for (std::size_t count = 0; count < kMentionsMax; ++count) {
    std::vector<Reading> readings;
    Reading best;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Reading reading = best_reading(i, matches, taken);
      if (reading.score < kScoreLeast) continue;
      readings.push_back(reading);
      if (reading.score > best.score) best = reading;
    }
    if (best.score < kScoreLeast) return;
    Mention mention{kind_,
                    boost::json::string(entries_[best.entry].value),
                    text.words[best.first].begin,
                    text.words[best.last].end,
                    std::min(1.0, 0.25 + 0.75 * best.score),
                    {},
                    false};
    for (const Reading& other : readings) {
      const bool same_words = other.first <= best.last && best.first <= other.last;
      if (other.entry == best.entry || !same_words || other.score < best.score * kTie) continue;
      if (mention.alternatives.size() < kAlternativesMax) {
        mention.alternatives.push_back(entries_[other.entry].value);
      }
    }
    found.push_back(std::move(mention));
    std::fill(taken.begin() + static_cast<std::ptrdiff_t>(best.first),
              taken.begin() + static_cast<std::ptrdiff_t>(best.last) + 1, true);
  }
}

} // namespace outpost::agents
