#include "agents/run/run_log.h"

#include <algorithm>
#include <array>

#include "base/checksum.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

constexpr std::array<std::string_view, 2> kSchema = {R"sql(
CREATE TABLE run_events(
  run_id TEXT NOT NULL, sequence INTEGER NOT NULL, time_ms INTEGER NOT NULL, kind TEXT NOT NULL,
  body TEXT NOT NULL, label TEXT NOT NULL, PRIMARY KEY (run_id, sequence)) WITHOUT ROWID;
CREATE INDEX run_events_by_kind ON run_events(kind, time_ms);
CREATE TRIGGER run_events_unchanged BEFORE UPDATE ON run_events
  BEGIN SELECT raise(ABORT, 'a run''s log is append-only'); END;
CREATE TRIGGER run_events_undeleted BEFORE DELETE ON run_events
  BEGIN SELECT raise(ABORT, 'a run''s log is append-only'); END;
)sql",
                                                     R"sql(
CREATE TABLE run_values(digest TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
)sql"};

// One row for each run; what is in the events' JSON is taken out by SQLite.
constexpr std::string_view kSummary = R"sql(
SELECT s.run_id, s.body ->> 'agent', s.body ->> 'request', s.time_ms,
  coalesce((SELECT f.body ->> 'end' FROM run_events f
            WHERE f.run_id = s.run_id AND f.kind = 'run_finished'),
           (SELECT 'waiting' FROM run_events w WHERE w.run_id = s.run_id AND w.kind = 'run_waiting'
            AND NOT EXISTS (SELECT 1 FROM run_events l WHERE l.run_id = w.run_id
                            AND l.sequence > w.sequence) LIMIT 1), 'unfinished'),
  coalesce((SELECT a.body ->> 'text' FROM run_events a
            WHERE a.run_id = s.run_id AND a.kind IN ('answered', 'run_waiting')
            ORDER BY a.sequence DESC LIMIT 1), ''),
  (SELECT count(*) FROM run_events c WHERE c.run_id = s.run_id AND c.kind = 'call_started'),
  (SELECT count(*) FROM run_events c WHERE c.run_id = s.run_id AND c.kind = 'call_started'
     AND NOT EXISTS (SELECT 1 FROM run_events d WHERE d.run_id = c.run_id AND d.kind = 'call_finished'
                     AND d.body ->> 'call' = c.body ->> 'call' AND d.body ->> 'outcome' <> 'unknown')),
  s.body ->> 'principal'
FROM run_events s WHERE s.kind = 'run_started'
)sql";

RunSummary read_summary(const store::Statement& row) {
  return {std::string(row.text(0)),
          std::string(row.text(1)),
          std::string(row.text(8)),
          std::string(row.text(2)),
          row.integer(3),
          std::string(row.text(4)),
          std::string(row.text(5)),
          static_cast<std::uint32_t>(row.integer(6)),
          static_cast<std::uint32_t>(row.integer(7))};
}

bool is_id(const std::string& id) {
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-';
  });
}

} // namespace

RunLog::RunLog(store::Database database, std::filesystem::path claims)
    : database_(std::move(database)), claims_(std::move(claims)) {}

Result<RunLog> RunLog::open(const std::filesystem::path& path) {
  OUTPOST_TRY(store::Database database, store::Database::open(path));
  OUTPOST_CHECK(store::migrate(database, kSchema));
  std::filesystem::path claims = path;
  claims += ".claims";
  return RunLog(std::move(database), std::move(claims));
}

Result<RunLog> RunLog::open_in_memory() {
  OUTPOST_TRY(store::Database database, store::Database::open_in_memory());
  OUTPOST_CHECK(store::migrate(database, kSchema));
  return RunLog(std::move(database), {});
}

// Of two runs whose ids have one checksum the second is refused while the first is at work.
Result<platform::ByteClaim> RunLog::claim(const std::string& id) const {
  if (claims_.empty()) return platform::ByteClaim();
  const std::uint64_t number = checksum(std::as_bytes(std::span(id))) >> 2U;
  auto claim = platform::ByteClaim::take(claims_, number);
  if (claim || claim.error().code != ErrorCode::kConflict) return claim;
  return fail(ErrorCode::kConflict, "run " + id + " is at work in another place",
              "wait for its end, or stop it: outpost runs cancel " + id);
}

Status RunLog::append(std::span<const RunEvent> events) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  OUTPOST_TRY(auto insert, database_.prepare("INSERT INTO run_events VALUES (?, ?, ?, ?, ?, ?)"));
  for (const RunEvent& event : events) {
    OUTPOST_CHECK(insert.run(
        std::string_view(event.run_id), static_cast<std::int64_t>(event.sequence), event.time_ms,
        kind_of(event.body), std::string_view(chat::json_text(to_json(event.body))),
        std::string_view(chat::json_text(to_json(event.label)))));
  }
  return transaction.commit();
}

Status RunLog::keep_values(const std::string& digest, std::string_view text) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto insert, database_.prepare("INSERT OR IGNORE INTO run_values VALUES (?, ?)"));
  return insert.run(std::string_view(digest), text);
}

Result<std::string> RunLog::values(const std::string& digest) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto query, database_.prepare("SELECT body FROM run_values WHERE digest = ?"));
  OUTPOST_CHECK(query.bind_all(std::string_view(digest)));
  OUTPOST_TRY(const bool found, query.step());
  if (!found) return fail(ErrorCode::kNotFound, "the log has no values " + digest);
  return std::string(query.text(0));
}

Result<std::vector<RunSummary>> RunLog::list(std::size_t most) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto query, database_.prepare(std::string(kSummary) +
                                            " ORDER BY s.time_ms DESC, s.run_id DESC LIMIT ?"));
  OUTPOST_CHECK(query.bind_all(static_cast<std::int64_t>(most)));
  std::vector<RunSummary> runs;
  while (true) {
    OUTPOST_TRY(const bool has_row, query.step());
    if (!has_row) return runs;
    runs.push_back(read_summary(query));
  }
}

Result<std::string> RunLog::whole_id(const std::string& id) {
  if (!is_id(id))
    return fail(ErrorCode::kNotFound, "'" + id.substr(0, 64) + "' is not the id of a run");
  // '.' sorts before every letter and digit an id may have, '~' after: the range of what begins so.
  OUTPOST_TRY(auto query, database_.prepare("SELECT DISTINCT run_id FROM run_events "
                                            "WHERE run_id >= ?1 AND run_id < ?1 || '~' LIMIT 2"));
  OUTPOST_CHECK(query.bind_all(std::string_view(id)));
  OUTPOST_TRY(const bool found, query.step());
  if (!found) {
    return fail(ErrorCode::kNotFound, "there is no run " + id, "outpost runs lists them");
  }
  std::string whole(query.text(0));
  OUTPOST_TRY(const bool several, query.step());
  if (several && whole != id) {
    return fail(ErrorCode::kConflict, "several runs begin with " + id, "give more of the id");
  }
  return whole;
}

Result<std::vector<StoredEvent>> RunLog::show(const std::string& id) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(const std::string whole, whole_id(id));
  OUTPOST_TRY(auto query, database_.prepare("SELECT sequence, time_ms, kind, body, label "
                                            "FROM run_events WHERE run_id = ? ORDER BY sequence"));
  OUTPOST_CHECK(query.bind_all(std::string_view(whole)));
  std::vector<StoredEvent> events;
  while (true) {
    OUTPOST_TRY(const bool has_row, query.step());
    if (!has_row) return events;
    events.push_back({static_cast<std::uint64_t>(query.integer(0)), query.integer(1),
                      std::string(query.text(2)), std::string(query.text(3)),
                      std::string(query.text(4))});
  }
}

Result<RunSummary> RunLog::summary(const std::string& id) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(const std::string whole, whole_id(id));
  OUTPOST_TRY(auto query, database_.prepare(std::string(kSummary) + " AND s.run_id = ?"));
  OUTPOST_CHECK(query.bind_all(std::string_view(whole)));
  OUTPOST_TRY(const bool found, query.step());
  if (!found) return fail(ErrorCode::kCorruptData, "run " + whole + " has no beginning");
  return read_summary(query);
}

} // namespace outpost::agents
