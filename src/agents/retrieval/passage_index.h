// Full-text search over passages of several owners, each owner a world of its own: an owner's
// ranking depends on that owner's passages alone. SQLite's FTS5 finds the passages that have a word
// of the query; they are ranked by BM25 (Robertson and Zaragoza 2009) with statistics of the owner,
// over terms that also match near words (query_terms.h).
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "agents/retrieval/query_terms.h"
#include "base/result.h"
#include "store/database.h"

namespace outpost::agents {

struct PassageHit {
  std::int64_t id = 0;
  double score = 0; // higher is better
};

// What counts in a ranking beside the words; each can be switched off, for measuring.
struct RankingSettings {
  bool near_words = true; // synonyms and words of one family
  bool asked_kind = true; // "when" prefers passages with numbers, "who" those with names
  bool recency = true;    // among equals the newer
};

// Does not own the database. One thread at a time, as the database.
class PassageIndex {
public:
  // The tables it needs, as a step of the owner's migrations.
  static constexpr std::string_view kSchema = R"sql(
CREATE TABLE passages(id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, words INTEGER NOT NULL,
  has_number INTEGER NOT NULL, has_name INTEGER NOT NULL);
CREATE INDEX passages_by_owner ON passages(owner);
CREATE VIRTUAL TABLE passage_words USING fts5(owner, words, tokenize = "unicode61 remove_diacritics 0");
INSERT INTO passage_words(passage_words, rank) VALUES ('secure-delete', 1);
)sql";

  explicit PassageIndex(store::Database& database, RankingSettings settings = {})
      : database_(database), settings_(settings) {}

  // `id` is the caller's, unique over all owners; kConflict when it is there.
  Status add(std::int64_t id, std::int64_t owner, std::string_view text);
  Status remove(std::int64_t id);
  // The best first, at most `most`; at most kCandidatesMax of the newest passages that share a word
  // with the query are ranked.
  Result<std::vector<PassageHit>> search(std::int64_t owner, std::string_view query,
                                         std::size_t most);

  static constexpr std::size_t kCandidatesMax = 4000;

private:
  struct Candidate;
  struct Statistics {
    double passages = 0;
    double mean_words = 1;
  };
  Result<Statistics> statistics(std::int64_t owner);
  Result<std::vector<Candidate>> candidates(std::int64_t owner,
                                            const std::vector<QueryTerm>& terms);

  store::Database& database_;
  RankingSettings settings_;
};

} // namespace outpost::agents
