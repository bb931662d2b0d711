#include "agents/memory/sqlite_memory.h"

#include <utility>

#include "agents/memory/fact_patterns.h"
#include "agents/memory/label_text.h"
#include "agents/memory/memory_schema.h"
#include "base/utf8.h"

namespace outpost::agents {
namespace {

std::int64_t number_of(MemoryItem::Kind kind) { return static_cast<std::int64_t>(kind); }

} // namespace

SqliteMemory::SqliteMemory(store::Database database, MemorySettings settings)
    : database_(std::move(database)), settings_(std::move(settings)),
      words_(database_, settings_.ranking), vectors_(database_) {
  if (settings_.embedder == nullptr) return;
  const chat::ModelInfo info = settings_.embedder->info();
  if (info.embedding_size != 0) vector_model_ = info.name;
}

Result<std::unique_ptr<SqliteMemory>> SqliteMemory::make(store::Database database,
                                                         MemorySettings settings) {
  OUTPOST_CHECK(store::migrate(database, kMemoryMigrations));
  // What is forgotten is overwritten, not just unlinked.
  OUTPOST_CHECK(database.execute("PRAGMA secure_delete = ON"));
  return std::unique_ptr<SqliteMemory>(new SqliteMemory(std::move(database), std::move(settings)));
}

Result<std::unique_ptr<SqliteMemory>> SqliteMemory::open(const std::filesystem::path& path,
                                                         MemorySettings settings) {
  OUTPOST_TRY(store::Database database, store::Database::open(path));
  return make(std::move(database), std::move(settings));
}

Result<std::unique_ptr<SqliteMemory>> SqliteMemory::open_in_memory(MemorySettings settings) {
  OUTPOST_TRY(store::Database database, store::Database::open_in_memory());
  return make(std::move(database), std::move(settings));
}

Status SqliteMemory::check_text(const std::string& text, std::string_view what) const {
  if (text.size() > settings_.limits.text_bytes_max) {
    return fail(ErrorCode::kInvalidArgument, std::string(what) + " of " +
                                                 std::to_string(text.size()) +
                                                 " bytes; memory keeps up to " +
                                                 std::to_string(settings_.limits.text_bytes_max));
  }
  if (!is_utf8(text)) {
    return fail(ErrorCode::kInvalidArgument, std::string(what) + " is not UTF-8");
  }
  return {};
}

std::optional<chat::Embedding> SqliteMemory::embedding_of(const chat::PrincipalId& principal,
                                                          const std::string& text,
                                                          const CancelToken& cancel) {
  if (vector_model_.empty()) return std::nullopt;
  // A text that the model cannot embed is found by its words.
  auto made = settings_.embedder->embed({principal, {text}, true}, cancel);
  if (!made || made->vectors.size() != 1) return std::nullopt;
  return std::move(made->vectors.front());
}

Result<std::int64_t> SqliteMemory::owner_id(const MemoryScope& scope, bool create) {
  if (create) {
    OUTPOST_TRY(auto insert,
                database_.prepare("INSERT OR IGNORE INTO owners(principal, agent) VALUES (?, ?)"));
    OUTPOST_CHECK(
        insert.run(std::string_view(scope.principal.value), std::string_view(scope.agent)));
  }
  OUTPOST_TRY(auto find,
              database_.prepare("SELECT id FROM owners WHERE principal = ? AND agent = ?"));
  OUTPOST_CHECK(
      find.bind_all(std::string_view(scope.principal.value), std::string_view(scope.agent)));
  OUTPOST_TRY(const bool found, find.step());
  return found ? find.integer(0) : 0; // 0 is nobody's
}

Result<MemoryId> SqliteMemory::add_entry(std::int64_t owner, MemoryItem::Kind kind,
                                         std::int64_t time_ms, const chat::Label& label) {
  OUTPOST_TRY(auto insert, database_.prepare("INSERT INTO entries(owner, kind, time_ms, label) "
                                             "VALUES (?, ?, ?, ?)"));
  OUTPOST_CHECK(insert.run(owner, number_of(kind), time_ms, std::string_view(label_text(label))));
  return database_.last_insert_rowid();
}

Status SqliteMemory::index_words(MemoryId id, std::int64_t owner, const std::string& text,
                                 const std::optional<chat::Embedding>& vector) {
  OUTPOST_CHECK(words_.add(id, owner, text));
  return vector ? vectors_.add(id, owner, vector_model_, *vector) : Status{};
}

Result<std::optional<MemoryId>> SqliteMemory::turn_of_run(std::int64_t owner,
                                                          const std::string& run) {
  if (run.empty()) return std::optional<MemoryId>();
  OUTPOST_TRY(auto find, database_.prepare("SELECT t.id FROM turns t JOIN entries e ON e.id = t.id "
                                           "WHERE t.run <> '' AND t.run = ? AND e.owner = ?"));
  OUTPOST_CHECK(find.bind_all(std::string_view(run), owner));
  OUTPOST_TRY(const bool found, find.step());
  return found ? std::optional(MemoryId{find.integer(0)}) : std::nullopt;
}

Result<MemoryId> SqliteMemory::remember(const MemoryScope& scope, const MemoryTurn& turn) {
  OUTPOST_CHECK(check_text(turn.request, "a request"));
  OUTPOST_CHECK(check_text(turn.answer, "an answer"));
  const std::string text = turn.request + "\n" + turn.answer;
  const auto vector = embedding_of(scope.principal, text, {});
  const std::lock_guard lock(mutex_);
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  OUTPOST_TRY(const std::int64_t owner, owner_id(scope, true));
  OUTPOST_TRY(const auto known, turn_of_run(owner, turn.run));
  if (known) return *known;
  OUTPOST_TRY(const MemoryId id,
              add_entry(owner, MemoryItem::Kind::kTurn, turn.time_ms, turn.label));
  OUTPOST_TRY(auto insert, database_.prepare("INSERT INTO turns VALUES (?, ?, ?, ?, ?)"));
  OUTPOST_CHECK(insert.run(id, std::string_view(turn.session), std::string_view(turn.request),
                           std::string_view(turn.answer), std::string_view(turn.run)));
  OUTPOST_CHECK(index_words(id, turns_world(owner), text, vector));
  for (MemoryFact& fact : facts_in(turn.request)) {
    fact.valid_from_ms = turn.time_ms;
    fact.turn = id;
    fact.label = turn.label;
    OUTPOST_CHECK(add_fact(scope.principal, fact));
  }
  OUTPOST_CHECK(drop_expired(owner, turn.time_ms));
  OUTPOST_CHECK(drop_oldest(owner, MemoryItem::Kind::kTurn, settings_.limits.turns_max));
  OUTPOST_CHECK(transaction.commit());
  return id;
}

Result<MemoryId> SqliteMemory::remember(const MemoryScope& scope, const MemoryFact& fact) {
  OUTPOST_CHECK(check_text(fact.subject, "a subject"));
  OUTPOST_CHECK(check_text(fact.relation, "a relation"));
  OUTPOST_CHECK(check_text(fact.value, "a value"));
  if (fact.subject.empty() || fact.relation.empty() || fact.value.empty()) {
    return fail(ErrorCode::kInvalidArgument, "a fact lacks its subject, relation or value");
  }
  const std::lock_guard lock(mutex_);
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  OUTPOST_TRY(const MemoryId id, add_fact(scope.principal, fact));
  OUTPOST_CHECK(transaction.commit());
  return id;
}

Result<std::optional<MemoryId>> SqliteMemory::equal_fact(std::int64_t owner,
                                                         const MemoryFact& fact) {
  OUTPOST_TRY(auto same, database_.prepare(
                             "SELECT f.id FROM facts f JOIN entries e ON e.id = f.id "
                             "WHERE e.owner = ? AND f.subject = ? AND f.relation = ? "
                             "AND f.value = ? COLLATE NOCASE AND f.valid_to_ms IS NULL LIMIT 1"));
  OUTPOST_CHECK(same.bind_all(owner, std::string_view(fact.subject),
                              std::string_view(fact.relation), std::string_view(fact.value)));
  OUTPOST_TRY(const bool known, same.step());
  if (!known) return std::optional<MemoryId>();
  return std::optional(MemoryId{same.integer(0)});
}

// The history stays: what held before ends where this begins.
Status SqliteMemory::end_facts_before(std::int64_t owner, const MemoryFact& fact) {
  OUTPOST_TRY(auto end,
              database_.prepare("UPDATE facts SET valid_to_ms = ?1 WHERE valid_to_ms IS NULL "
                                "AND subject = ?2 AND relation = ?3 AND valid_from_ms <= ?1 "
                                "AND id IN (SELECT id FROM entries WHERE owner = ?4)"));
  return end.run(fact.valid_from_ms, std::string_view(fact.subject),
                 std::string_view(fact.relation), owner);
}

Result<MemoryId> SqliteMemory::add_fact(const chat::PrincipalId& principal,
                                        const MemoryFact& fact) {
  OUTPOST_TRY(const std::int64_t owner, owner_id({principal, ""}, true));
  OUTPOST_TRY(const auto known, equal_fact(owner, fact));
  if (known && !fact.valid_to_ms) return *known;
  if (fact.single_valued) OUTPOST_CHECK(end_facts_before(owner, fact));
  OUTPOST_TRY(const MemoryId id,
              add_entry(owner, MemoryItem::Kind::kFact, fact.valid_from_ms, fact.label));
  OUTPOST_TRY(auto insert,
              database_.prepare("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  const store::Value until =
      fact.valid_to_ms ? store::Value(*fact.valid_to_ms) : store::Value(std::monostate{});
  OUTPOST_CHECK(insert.run(id, std::string_view(fact.subject), std::string_view(fact.relation),
                           std::string_view(fact.value), fact.valid_from_ms, until, fact.turn,
                           fact.confidence, std::int64_t{fact.single_valued}));
  OUTPOST_CHECK(drop_oldest(owner, MemoryItem::Kind::kFact, settings_.limits.facts_max));
  return id;
}

Result<MemoryId> SqliteMemory::remember(const MemoryScope& scope, const MemoryCase& one) {
  for (const std::string* text : {&one.request, &one.plan, &one.calls, &one.outcome}) {
    OUTPOST_CHECK(check_text(*text, "a part of a case"));
  }
  const auto vector = embedding_of(scope.principal, one.request, {});
  const std::lock_guard lock(mutex_);
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  OUTPOST_TRY(const std::int64_t owner, owner_id(scope, true));
  OUTPOST_TRY(const MemoryId id, add_entry(owner, MemoryItem::Kind::kCase, one.time_ms, one.label));
  OUTPOST_TRY(auto insert, database_.prepare("INSERT INTO cases VALUES (?, ?, ?, ?, ?, ?)"));
  OUTPOST_CHECK(insert.run(id, std::string_view(one.request), std::string_view(one.plan),
                           std::string_view(one.calls), std::string_view(one.outcome),
                           std::int64_t{one.confirmed}));
  OUTPOST_CHECK(index_words(id, cases_world(owner), one.request, vector));
  OUTPOST_CHECK(drop_expired(owner, one.time_ms));
  OUTPOST_CHECK(drop_oldest(owner, MemoryItem::Kind::kCase, settings_.limits.cases_max));
  OUTPOST_CHECK(transaction.commit());
  return id;
}

} // namespace outpost::agents
