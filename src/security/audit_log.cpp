#include "security/audit_log.h"

#include <array>
#include <utility>

#include "catalog/digest.h"

namespace outpost::security {
namespace {

constexpr std::array<std::string_view, 1> kAuditSchema = {R"sql(
CREATE TABLE audit(
  number INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, principal TEXT NOT NULL,
  agent TEXT NOT NULL, tool TEXT NOT NULL, call TEXT NOT NULL, effect TEXT NOT NULL,
  outcome TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
  BEGIN SELECT raise(ABORT, 'the audit log does not change'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit
  BEGIN SELECT raise(ABORT, 'the audit log is kept'); END;
)sql"};

constexpr std::string_view kAuditColumns =
    "SELECT number, time_ms, principal, agent, tool, call, effect, outcome, hash FROM audit ";

AuditLine read_line(const store::Statement& row) {
  const auto text = [&row](int column) { return std::string(row.text(column)); };
  return {row.integer(0), row.integer(1), text(2), text(3), text(4),
          text(5),        text(6),        text(7), text(8)};
}

// Of the line as JSON, after the hash of the one before it.
std::string hash_of(const AuditLine& line, const std::string& before) {
  JsonObject object;
  object.add("before", before);
  add_fields(object, line);
  return catalog::sha256_of(object.text()).hex();
}

} // namespace

void add_fields(JsonObject& object, const AuditLine& line) {
  object.add("number", line.number);
  object.add("time_ms", line.time_ms);
  object.add("principal", line.principal);
  object.add("agent", line.agent);
  object.add("tool", line.tool);
  object.add("call", line.call);
  object.add("effect", line.effect);
  object.add("outcome", line.outcome);
}

Result<AuditLog> AuditLog::made_over(store::Database database) {
  OUTPOST_CHECK(store::migrate(database, kAuditSchema));
  return AuditLog(std::move(database));
}

Result<AuditLog> AuditLog::open(const std::filesystem::path& path) {
  OUTPOST_TRY(store::Database database, store::Database::open(path));
  return made_over(std::move(database));
}

Result<AuditLog> AuditLog::open_in_memory() {
  OUTPOST_TRY(store::Database database, store::Database::open_in_memory());
  return made_over(std::move(database));
}

Result<AuditLine> AuditLog::last() {
  OUTPOST_TRY(auto query,
              database_.prepare(std::string(kAuditColumns) + "ORDER BY number DESC LIMIT 1"));
  OUTPOST_TRY(const bool found, query.step());
  return found ? read_line(query) : AuditLine();
}

Status AuditLog::add(AuditLine line) {
  const std::lock_guard lock(*mutex_);
  // Other processes add as well: the last line is looked up under the writer's lock.
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  OUTPOST_TRY(const AuditLine before, last());
  line.number = before.number + 1;
  line.hash = hash_of(line, before.hash);
  OUTPOST_TRY(auto insert, database_.prepare("INSERT INTO audit VALUES(?,?,?,?,?,?,?,?,?)"));
  OUTPOST_CHECK(insert.run(line.number, line.time_ms, std::string_view(line.principal),
                           std::string_view(line.agent), std::string_view(line.tool),
                           std::string_view(line.call), std::string_view(line.effect),
                           std::string_view(line.outcome), std::string_view(line.hash)));
  return transaction.commit();
}

Result<std::vector<AuditLine>> AuditLog::list(std::size_t most) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto query,
              database_.prepare(std::string(kAuditColumns) + "ORDER BY number DESC LIMIT ?"));
  OUTPOST_CHECK(query.bind_all(static_cast<std::int64_t>(most)));
  std::vector<AuditLine> lines;
  while (true) {
    OUTPOST_TRY(const bool has_row, query.step());
    if (!has_row) return lines;
    lines.push_back(read_line(query));
  }
}

Result<AuditProof> AuditLog::verify(const std::string& anchor) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto query, database_.prepare(std::string(kAuditColumns) + "ORDER BY number"));
  AuditProof proof;
  bool met_anchor = anchor.empty();
  while (proof.broken.empty()) {
    OUTPOST_TRY(const bool has_row, query.step());
    if (!has_row) break;
    const AuditLine line = read_line(query);
    if (line.number != proof.lines + 1) {
      proof.broken = "line " + std::to_string(proof.lines + 1) + " is missing";
    } else if (line.hash != hash_of(line, proof.last_hash)) {
      proof.broken = "line " + std::to_string(line.number) + " is not as it was written";
    }
    proof.lines = line.number;
    proof.last_hash = line.hash;
    met_anchor = met_anchor || line.hash == anchor;
  }
  if (proof.broken.empty() && !met_anchor) {
    proof.broken = "no line has the hash " + anchor + ": the end was cut off";
  }
  return proof;
}

} // namespace outpost::security
