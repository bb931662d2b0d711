// Dropping, forgetting and exporting: what leaves a SqliteMemory.
#include <algorithm>
#include <set>

#include "agents/memory/label_text.h"
#include "agents/memory/sqlite_memory.h"
#include "agents/retrieval/query_terms.h"
#include "base/json_text.h"

namespace outpost::agents {
namespace {

// Every entry of a principal with the words that it holds, for looking through.
constexpr std::string_view kEntriesOf = R"sql(
SELECT e.id, e.kind, e.time_ms, o.agent, coalesce(f.turn, 0),
  coalesce(t.request || ' ' || t.answer, f.subject || ' ' || f.relation || ' ' || f.value,
           c.request || ' ' || c.calls)
FROM entries e JOIN owners o ON o.id = e.owner LEFT JOIN turns t ON t.id = e.id
LEFT JOIN facts f ON f.id = e.id LEFT JOIN cases c ON c.id = e.id
WHERE o.principal = ? ORDER BY e.id
)sql";

constexpr std::string_view kExported = R"sql(
SELECT e.id, e.kind, e.time_ms, e.label, o.agent, t.session, t.request, t.answer,
  f.subject, f.relation, f.value, f.valid_from_ms, f.valid_to_ms, f.turn, f.confidence,
  c.request, c.plan, c.calls, c.outcome, c.confirmed
FROM entries e JOIN owners o ON o.id = e.owner LEFT JOIN turns t ON t.id = e.id
LEFT JOIN facts f ON f.id = e.id LEFT JOIN cases c ON c.id = e.id
WHERE o.principal = ? ORDER BY e.id
)sql";

bool holds_all(std::string_view text, const std::vector<std::string>& stems) {
  const std::vector<std::string> has = passage_stems(text);
  return std::all_of(stems.begin(), stems.end(), [&](const std::string& one) {
    return std::find(has.begin(), has.end(), one) != has.end();
  });
}

void add_turn(JsonObject& line, const store::Statement& row) {
  line.add("agent", row.text(4));
  line.add("session", row.text(5));
  line.add("request", row.text(6));
  line.add("answer", row.text(7));
}

void add_fact(JsonObject& line, const store::Statement& row) {
  line.add("subject", row.text(8));
  line.add("relation", row.text(9));
  line.add("value", row.text(10));
  line.add("valid_from_ms", row.integer(11));
  line.add_raw("valid_to_ms", row.is_null(12) ? "null" : std::to_string(row.integer(12)));
  line.add("turn", row.integer(13));
  line.add("confidence", row.real(14));
}

void add_case(JsonObject& line, const store::Statement& row) {
  line.add("agent", row.text(4));
  line.add("request", row.text(15));
  line.add("plan", row.text(16));
  line.add("calls", row.text(17));
  line.add("outcome", row.text(18));
  line.add("confirmed", row.integer(19) != 0);
}

std::string export_line(const store::Statement& row) {
  const auto kind = row.integer(1) == 0   ? MemoryItem::Kind::kFact
                    : row.integer(1) == 1 ? MemoryItem::Kind::kTurn
                                          : MemoryItem::Kind::kCase;
  JsonObject line;
  line.add("kind", to_string(kind));
  line.add("id", row.integer(0));
  line.add("time_ms", row.integer(2));
  switch (kind) {
  case MemoryItem::Kind::kFact: add_fact(line, row); break;
  case MemoryItem::Kind::kTurn: add_turn(line, row); break;
  case MemoryItem::Kind::kCase: add_case(line, row); break;
  }
  line.add_raw("label", row.text(3));
  return line.text() + "\n";
}

} // namespace

Status SqliteMemory::drop(MemoryId id) {
  OUTPOST_CHECK(words_.remove(id));
  OUTPOST_CHECK(vectors_.remove(id));
  OUTPOST_TRY(auto entry, database_.prepare("DELETE FROM entries WHERE id = ?"));
  return entry.run(id);
}

Status SqliteMemory::drop_selected(store::Statement& select) {
  std::vector<MemoryId> ids;
  while (true) {
    OUTPOST_TRY(const bool has_row, select.step());
    if (!has_row) break;
    ids.push_back(select.integer(0));
  }
  for (const MemoryId id : ids) OUTPOST_CHECK(drop(id));
  return {};
}

Status SqliteMemory::drop_oldest(std::int64_t owner, MemoryItem::Kind kind, std::size_t most) {
  OUTPOST_TRY(auto select, database_.prepare("SELECT id FROM entries WHERE owner = ? AND kind = ? "
                                             "ORDER BY id DESC LIMIT -1 OFFSET ?"));
  OUTPOST_CHECK(
      select.bind_all(owner, static_cast<std::int64_t>(kind), static_cast<std::int64_t>(most)));
  return drop_selected(select);
}

Status SqliteMemory::drop_expired(std::int64_t owner, std::int64_t now_ms) {
  if (!settings_.limits.keep_ms) return {};
  OUTPOST_TRY(auto select,
              database_.prepare("SELECT id FROM entries WHERE owner = ? AND time_ms < ?"));
  OUTPOST_CHECK(select.bind_all(owner, now_ms - *settings_.limits.keep_ms));
  return drop_selected(select);
}

Result<std::size_t> SqliteMemory::forget(const ForgetRequest& request) {
  const std::lock_guard lock(mutex_);
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  OUTPOST_TRY(auto entries, database_.prepare(kEntriesOf));
  OUTPOST_CHECK(entries.bind_all(std::string_view(request.principal.value)));
  const std::vector<std::string> wanted = passage_stems(request.containing);
  std::set<MemoryId> gone;
  while (true) {
    OUTPOST_TRY(const bool has_row, entries.step());
    if (!has_row) break;
    const MemoryId id = entries.integer(0);
    const MemoryId said_by = entries.integer(4); // 0 but for facts; the turn has the lower id
    const bool of_agent = request.agent.empty() || request.agent == entries.text(3);
    const bool this_one = !request.turn || *request.turn == id;
    const bool old = !request.before_ms || entries.integer(2) < *request.before_ms;
    const bool chosen = of_agent && this_one && old && holds_all(entries.text(5), wanted);
    if (chosen || gone.count(said_by) != 0) gone.insert(id);
  }
  for (const MemoryId id : gone) OUTPOST_CHECK(drop(id));
  OUTPOST_CHECK(transaction.commit());
  // The write-ahead log has the old pages until it is emptied.
  OUTPOST_CHECK(database_.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  return gone.size();
}

Result<std::string> SqliteMemory::export_lines(const chat::PrincipalId& principal) {
  const std::lock_guard lock(mutex_);
  OUTPOST_TRY(auto rows, database_.prepare(kExported));
  OUTPOST_CHECK(rows.bind_all(std::string_view(principal.value)));
  std::string lines;
  while (true) {
    OUTPOST_TRY(const bool has_row, rows.step());
    if (!has_row) return lines;
    lines += export_line(rows);
  }
}

Result<std::vector<chat::PrincipalId>> SqliteMemory::principals() {
  const std::lock_guard lock(mutex_);
  OUTPOST_TRY(auto rows, database_.prepare("SELECT DISTINCT o.principal FROM owners o "
                                           "JOIN entries e ON e.owner = o.id ORDER BY 1"));
  std::vector<chat::PrincipalId> all;
  while (true) {
    OUTPOST_TRY(const bool has_row, rows.step());
    if (!has_row) return all;
    all.push_back({std::string(rows.text(0))});
  }
}

} // namespace outpost::agents
