#include "agents/retrieval/passage_index.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace outpost::agents {
namespace {

// BM25's customary saturation; length counts less than the customary 0.75, because a long turn of
// a conversation is usually about more things rather than wordier.
constexpr double kSaturation = 1.2;
constexpr double kLengthShare = 0.5;
// Shares of a passage's score that the side signs add.
constexpr double kAskedKindShare = 0.2;
constexpr double kRecencyShare = 0.05;
// Letters of a word that FTS5 must find to offer words of its family.
constexpr std::size_t kPrefixLetters = 5;

std::vector<std::string> split_stems(std::string_view text) {
  std::vector<std::string> stems;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    if (space != 0) stems.emplace_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return stems;
}

// Stems hold letters, digits and bytes beyond ASCII only, so quoting needs no escapes.
void add_alternative(std::string& expression, std::string_view stem, bool is_prefix) {
  expression += expression.empty() ? "\"" : " OR \"";
  expression += stem;
  expression += is_prefix ? "\"*" : "\"";
}

std::string match_expression(std::int64_t owner, const std::vector<QueryTerm>& terms,
                             bool near_words) {
  std::string any;
  for (const QueryTerm& term : terms) {
    add_alternative(any, term.stem, false);
    if (!near_words) continue;
    if (term.stem.size() >= kPrefixLetters) {
      add_alternative(any, std::string_view(term.stem).substr(0, kPrefixLetters), true);
    }
    for (const std::string& near : term.near) add_alternative(any, near, false);
  }
  return "owner : \"" + std::to_string(owner) + "\" AND words : (" + any + ")";
}

double quality(const QueryTerm& term, std::string_view stem, bool near_words) {
  if (!near_words) return term.stem == stem ? 1 : 0;
  return match_quality(term, stem);
}

} // namespace

// A passage under consideration.
struct PassageIndex::Candidate {
  std::int64_t id = 0;
  double words = 0;
  bool has_number = false;
  bool has_name = false;
  std::vector<double> frequency; // by term of the query; near matches count as parts
};

Status PassageIndex::add(std::int64_t id, std::int64_t owner, std::string_view text) {
  const std::vector<std::string> stems = passage_stems(text);
  std::string words;
  for (const std::string& one : stems) words += (words.empty() ? "" : " ") + one;
  OUTPOST_TRY(auto insert, database_.prepare("INSERT INTO passages VALUES (?, ?, ?, ?, ?)"));
  OUTPOST_CHECK(insert.run(id, owner, static_cast<std::int64_t>(stems.size()),
                           std::int64_t{offers(AskedFor::kNumberOrTime, text)},
                           std::int64_t{offers(AskedFor::kName, text)}));
  OUTPOST_TRY(auto index,
              database_.prepare("INSERT INTO passage_words(rowid, owner, words) VALUES (?, ?, ?)"));
  return index.run(id, std::string_view(std::to_string(owner)), std::string_view(words));
}

Status PassageIndex::remove(std::int64_t id) {
  OUTPOST_TRY(auto passage, database_.prepare("DELETE FROM passages WHERE id = ?"));
  OUTPOST_CHECK(passage.run(id));
  OUTPOST_TRY(auto words, database_.prepare("DELETE FROM passage_words WHERE rowid = ?"));
  return words.run(id);
}

Result<std::vector<PassageIndex::Candidate>>
PassageIndex::candidates(std::int64_t owner, const std::vector<QueryTerm>& terms) {
  OUTPOST_TRY(auto query,
              database_.prepare("SELECT p.id, p.words, p.has_number, p.has_name, w.words "
                                "FROM passage_words w JOIN passages p ON p.id = w.rowid "
                                "WHERE passage_words MATCH ? ORDER BY w.rowid DESC LIMIT ?"));
  const std::string expression = match_expression(owner, terms, settings_.near_words);
  OUTPOST_CHECK(
      query.bind_all(std::string_view(expression), static_cast<std::int64_t>(kCandidatesMax)));
  std::vector<Candidate> found;
  while (true) {
    OUTPOST_TRY(const bool has_row, query.step());
    if (!has_row) return found;
    Candidate one{query.integer(0), static_cast<double>(query.integer(1)), query.integer(2) != 0,
                  query.integer(3) != 0, std::vector<double>(terms.size())};
    for (const std::string& stem : split_stems(query.text(4))) {
      for (std::size_t t = 0; t < terms.size(); ++t) {
        one.frequency[t] += quality(terms[t], stem, settings_.near_words);
      }
    }
    found.push_back(std::move(one));
  }
}

Result<PassageIndex::Statistics> PassageIndex::statistics(std::int64_t owner) {
  OUTPOST_TRY(auto sizes, database_.prepare("SELECT count(*), coalesce(avg(words), 1) "
                                            "FROM passages WHERE owner = ?"));
  OUTPOST_CHECK(sizes.bind_all(owner));
  OUTPOST_TRY(const bool counted, sizes.step());
  if (!counted) return Statistics{};
  return Statistics{static_cast<double>(sizes.integer(0)), std::max(sizes.real(1), 1.0)};
}

Result<std::vector<PassageHit>> PassageIndex::search(std::int64_t owner, std::string_view query,
                                                     std::size_t most) {
  const std::vector<QueryTerm> terms = query_terms(query);
  if (terms.empty() || most == 0) return std::vector<PassageHit>{};
  OUTPOST_TRY(const Statistics all, statistics(owner));
  OUTPOST_TRY(const auto found, candidates(owner, terms));
  std::vector<double> rarity(terms.size()); // inverse document frequency, by term
  for (std::size_t t = 0; t < terms.size(); ++t) {
    double with = 0; // passages that have it, near matches as parts
    for (const Candidate& one : found) with += std::min(one.frequency[t], 1.0);
    rarity[t] = terms[t].weight * std::log1p((all.passages - with + 0.5) / (with + 0.5));
  }
  const AskedFor asked = settings_.asked_kind ? asked_for(query) : AskedFor::kAnything;
  std::vector<PassageHit> hits;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const Candidate& one = found[i];
    double score = 0;
    const double length = 1 - kLengthShare + kLengthShare * one.words / all.mean_words;
    for (std::size_t t = 0; t < terms.size(); ++t) {
      const double f = one.frequency[t];
      // A near match alone never counts as a whole one, however often it stands there.
      score += rarity[t] * std::min(f, 1.0) * (kSaturation + 1) * f / (f + kSaturation * length);
    }
    const bool fits = (asked == AskedFor::kNumberOrTime && one.has_number) ||
                      (asked == AskedFor::kName && one.has_name);
    if (fits) score *= 1 + kAskedKindShare;
    // Candidates come newest first.
    const double age = static_cast<double>(i) / static_cast<double>(found.size());
    if (settings_.recency) score *= 1 + kRecencyShare * (1 - age);
    if (score > 0) hits.push_back({one.id, score});
  }
  std::sort(hits.begin(), hits.end(), [](const PassageHit& a, const PassageHit& b) {
    return std::tie(b.score, b.id) < std::tie(a.score, a.id);
  });
  hits.resize(std::min(hits.size(), most));
  return hits;
}

} // namespace outpost::agents
