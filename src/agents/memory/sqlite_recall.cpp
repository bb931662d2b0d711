// The reading half of SqliteMemory: the profile of facts, then the turns that answer best.
#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "agents/memory/label_text.h"
#include "agents/memory/memory_schema.h"
#include "agents/memory/sqlite_memory.h"
#include "agents/retrieval/days.h"
#include "base/utf8.h"

namespace outpost::agents {
namespace {

// Each ranking hands on this many for fusing.
constexpr std::size_t kRankedMax = 50;
// A passage that does not fit is cut to what is left, unless that is less than this.
constexpr std::uint32_t kCutTokensMin = 40;
// Without a model that counts: English text has about four bytes a token, other text fewer.
constexpr std::size_t kBytesPerToken = 3;

// Remembered, whatever it was: trust and confidentiality stay as they were.
chat::Label remembered(std::string_view stored) {
  chat::Label label = read_label(stored);
  label.origin =
      std::string(to_string(label.source)) + (label.origin.empty() ? "" : " ") + label.origin;
  label.source = chat::Source::kMemory;
  return label;
}

MemoryFact fact_in(const store::Statement& row) {
  MemoryFact fact;
  fact.id = row.integer(0);
  fact.subject = row.text(1);
  fact.relation = row.text(2);
  fact.value = row.text(3);
  fact.valid_from_ms = row.integer(4);
  if (!row.is_null(5)) fact.valid_to_ms = row.integer(5);
  fact.turn = row.integer(6);
  fact.confidence = row.real(7);
  fact.single_valued = row.integer(8) != 0;
  fact.label = remembered(row.text(9));
  return fact;
}

std::string statement_of(const MemoryFact& fact) {
  const std::string whose = fact.subject == "user" ? "" : fact.subject + " ";
  return whose + fact.relation + ": " + fact.value + " (" + day_text(fact.valid_from_ms) + ")";
}

// How much of a fact a request is about; names are always worth knowing.
double relevance(const MemoryFact& fact, const std::vector<QueryTerm>& terms) {
  double shared = fact.relation == "name" ? 0.5 : 0;
  for (const std::string& stem :
       passage_stems(fact.subject + " " + fact.relation + " " + fact.value)) {
    for (const QueryTerm& term : terms) shared += term.weight * match_quality(term, stem);
  }
  return shared;
}

// The beginning of `text` in whole words, with a sign that there was more.
std::string cut(const std::string& text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = text.rfind(' ', bytes_max);
  if (end == std::string::npos) end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + " ...";
}

} // namespace

std::uint32_t SqliteMemory::count_tokens(const std::string& text) const {
  if (settings_.model != nullptr) {
    const auto tokens = settings_.model->tokenize(text);
    if (tokens) return static_cast<std::uint32_t>(tokens->size() + 1); // and the line's end
  }
  return static_cast<std::uint32_t>(text.size() / kBytesPerToken + 1);
}

Result<std::vector<MemoryFact>> SqliteMemory::facts(const chat::PrincipalId& principal,
                                                    std::optional<std::int64_t> at_ms) {
  const std::lock_guard lock(mutex_);
  OUTPOST_TRY(auto query,
              database_.prepare(
                  "SELECT f.id, f.subject, f.relation, f.value, f.valid_from_ms, f.valid_to_ms, "
                  "f.turn, f.confidence, f.single_valued, e.label FROM facts f "
                  "JOIN entries e ON e.id = f.id JOIN owners o ON o.id = e.owner "
                  "WHERE o.principal = ?1 AND (?2 IS NULL OR (f.valid_from_ms <= ?2 AND "
                  "(f.valid_to_ms IS NULL OR f.valid_to_ms > ?2))) ORDER BY f.valid_from_ms DESC, "
                  "f.id DESC"));
  const store::Value at = at_ms ? store::Value(*at_ms) : store::Value(std::monostate{});
  OUTPOST_CHECK(query.bind_all(std::string_view(principal.value), at));
  std::vector<MemoryFact> found;
  while (true) {
    OUTPOST_TRY(const bool has_row, query.step());
    if (!has_row) return found;
    found.push_back(fact_in(query));
  }
}

Status SqliteMemory::add_profile(const RecallRequest& request, Recollection& recollection) {
  OUTPOST_TRY(const auto known, facts(request.scope.principal, request.now_ms));
  const std::vector<QueryTerm> terms = query_terms(request.request);
  std::vector<std::tuple<double, std::size_t>> order; // the most relevant, then the newest
  for (std::size_t i = 0; i < known.size(); ++i) {
    // Values that calls used stand ready in the session (conversation.h); the profile is about
    // people.
    if (known[i].subject != kConversationSubject)
      order.emplace_back(-relevance(known[i], terms), i);
  }
  std::sort(order.begin(), order.end());
  const std::uint32_t most = std::min(request.tokens_max, settings_.limits.profile_tokens_max);
  for (const auto& [negative_relevance, i] : order) {
    const MemoryFact& fact = known[i];
    MemoryItem item{MemoryItem::Kind::kFact,
                    fact.id,
                    statement_of(fact),
                    "fact " + std::to_string(fact.id),
                    fact.valid_from_ms,
                    -negative_relevance,
                    fact.label};
    if (fact.turn != 0) item.source += " of turn " + std::to_string(fact.turn);
    const std::uint32_t tokens = count_tokens(item.text);
    if (recollection.tokens + tokens > most) break;
    recollection.tokens += tokens;
    recollection.items.push_back(std::move(item));
  }
  return {};
}

Result<std::vector<PassageHit>> SqliteMemory::search(std::int64_t world,
                                                     const RecallRequest& request,
                                                     const std::optional<chat::Embedding>& vector) {
  OUTPOST_TRY(auto by_words, words_.search(world, request.request, kRankedMax));
  if (!vector) return by_words;
  OUTPOST_TRY(auto by_vectors, vectors_.search(world, vector_model_, *vector, kRankedMax));
  const std::array rankings{std::move(by_words), std::move(by_vectors)};
  const std::array weights{1.0, settings_.vector_weight};
  return fuse(rankings, weights, kRankedMax);
}

Result<std::optional<MemoryItem>> SqliteMemory::read_passage(MemoryId id) {
  OUTPOST_TRY(auto query, database_.prepare(
                              "SELECT e.kind, e.time_ms, e.label, t.request, t.answer, c.request, "
                              "c.plan, c.calls, c.outcome FROM entries e "
                              "LEFT JOIN turns t ON t.id = e.id LEFT JOIN cases c ON c.id = e.id "
                              "WHERE e.id = ?"));
  OUTPOST_CHECK(query.bind_all(id));
  OUTPOST_TRY(const bool found, query.step());
  if (!found) return std::optional<MemoryItem>();
  MemoryItem item;
  item.id = id;
  item.time_ms = query.integer(1);
  item.label = remembered(query.text(2));
  const std::string day = "[" + day_text(item.time_ms) + "] ";
  if (query.integer(0) == static_cast<std::int64_t>(MemoryItem::Kind::kCase)) {
    item.kind = MemoryItem::Kind::kCase;
    item.text = day + "asked: " + std::string(query.text(5)) +
                " | done: " + std::string(query.text(6)) + " " + std::string(query.text(7)) +
                " | " + std::string(query.text(8));
  } else {
    item.text = day + "user: " + std::string(query.text(3));
    if (!query.text(4).empty()) item.text += " | answer: " + std::string(query.text(4));
  }
  std::replace(item.text.begin(), item.text.end(), '\n', ' ');
  item.source = std::string(to_string(item.kind)) + " " + std::to_string(id);
  return std::optional(std::move(item));
}

// Passages in their order, as many as may be and fit.
Status SqliteMemory::add_passages(const std::vector<PassageHit>& hits, std::size_t most,
                                  std::uint32_t tokens_max, Recollection& recollection) {
  for (const PassageHit& hit : hits) {
    if (most == 0) break;
    OUTPOST_TRY(auto item, read_passage(hit.id));
    if (!item) continue;
    item->score = hit.score;
    const std::uint32_t left = tokens_max - recollection.tokens;
    std::uint32_t tokens = count_tokens(item->text);
    if (tokens > left) {
      if (left < kCutTokensMin) break;
      // Bytes a token by this text's own measure, with some to spare.
      item->text = cut(item->text, item->text.size() * (left - 4) / tokens);
      tokens = count_tokens(item->text);
      if (tokens > left) break;
    }
    recollection.tokens += tokens;
    recollection.items.push_back(std::move(*item));
    --most;
  }
  return {};
}

Result<Recollection> SqliteMemory::recall(const RecallRequest& request) {
  Recollection recollection;
  OUTPOST_CHECK(add_profile(request, recollection));
  const auto vector = embedding_of(request.scope.principal, request.request, request.cancel);
  const std::lock_guard lock(mutex_);
  OUTPOST_TRY(const std::int64_t owner, owner_id(request.scope, false));
  OUTPOST_TRY(const auto turns, search(turns_world(owner), request, vector));
  OUTPOST_CHECK(add_passages(turns, request.turns_max, request.tokens_max, recollection));
  if (request.cases_max == 0) return recollection;
  OUTPOST_TRY(const auto cases, search(cases_world(owner), request, vector));
  OUTPOST_CHECK(add_passages(cases, request.cases_max, request.tokens_max, recollection));
  return recollection;
}

Result<std::vector<MemoryCase>> SqliteMemory::confirmed_cases(const MemoryScope& scope) {
  const std::lock_guard lock(mutex_);
  OUTPOST_TRY(auto query,
              database_.prepare("SELECT c.id, c.request, c.plan, c.calls, c.outcome, e.time_ms, "
                                "e.label FROM cases c JOIN entries e ON e.id = c.id "
                                "JOIN owners o ON o.id = e.owner "
                                "WHERE o.principal = ? AND o.agent = ? AND c.confirmed "
                                "ORDER BY c.id"));
  OUTPOST_CHECK(
      query.bind_all(std::string_view(scope.principal.value), std::string_view(scope.agent)));
  std::vector<MemoryCase> cases;
  while (true) {
    OUTPOST_TRY(const bool has_row, query.step());
    if (!has_row) return cases;
    cases.push_back({query.integer(0), std::string(query.text(1)), std::string(query.text(2)),
                     std::string(query.text(3)), std::string(query.text(4)), true, query.integer(5),
                     remembered(query.text(6))});
  }
}

} // namespace outpost::agents
