// A text as the terms that a search compares: stems of its words, and for a query the forms that
// may stand for each.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace outpost::agents {

// A word of a query.
struct QueryTerm {
  std::string stem;
  double weight = 1;             // less for words that say little
  std::vector<std::string> near; // stems of near meaning, which count less
};

// How well a passage's stem stands for a query's: 1 the same, less for near meaning and for words
// of one family ("allergic", "allergy": a long common beginning), 0 otherwise.
double match_quality(const QueryTerm& term, std::string_view stem);

// Stems in the order of the text, function words too.
std::vector<std::string> passage_stems(std::string_view text);

inline constexpr std::size_t kQueryTermsMax = 64;
// The telling words of a query, each once, at most kQueryTermsMax; function words only when there
// is nothing else.
std::vector<QueryTerm> query_terms(std::string_view text);

// What kind of thing a question asks for, as far as its words tell.
enum class AskedFor { kAnything, kNumberOrTime, kName };
AskedFor asked_for(std::string_view question);
// Whether a passage has something of that kind.
bool offers(AskedFor what, std::string_view passage);

} // namespace outpost::agents
