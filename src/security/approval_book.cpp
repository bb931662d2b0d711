#include "security/approval_book.h"

#include <algorithm>
#include <array>
#include <utility>

namespace outpost::security {
namespace {

constexpr std::size_t kIdLength = 16;
constexpr std::size_t kArgumentBytesMax = 64U << 10U;

constexpr std::array<std::string_view, 1> kSchema = {R"sql(
CREATE TABLE approvals(
  id TEXT PRIMARY KEY, digest TEXT NOT NULL, call_digest TEXT NOT NULL, asked_ms INTEGER NOT NULL,
  principal TEXT NOT NULL, agent TEXT NOT NULL, policy TEXT NOT NULL, run_id TEXT NOT NULL,
  call_id TEXT NOT NULL, tool TEXT NOT NULL, tool_version TEXT NOT NULL, arguments TEXT NOT NULL,
  role TEXT NOT NULL, by_another INTEGER NOT NULL, expires_ms INTEGER NOT NULL, nonce TEXT NOT NULL,
  answer TEXT, answered_by TEXT, answered_ms INTEGER, used_ms INTEGER) WITHOUT ROWID;
CREATE INDEX approvals_by_call ON approvals(call_digest);
CREATE TRIGGER approvals_kept BEFORE DELETE ON approvals
  BEGIN SELECT raise(ABORT, 'approvals are kept'); END;
CREATE TRIGGER approvals_answered_once BEFORE UPDATE OF answer ON approvals WHEN OLD.answer IS NOT NULL
  BEGIN SELECT raise(ABORT, 'an approval is answered once'); END;
CREATE TRIGGER approvals_used_once BEFORE UPDATE OF used_ms ON approvals WHEN OLD.used_ms IS NOT NULL
  BEGIN SELECT raise(ABORT, 'an approval is used once'); END;
CREATE TRIGGER approvals_unchanged BEFORE UPDATE OF id, digest, call_digest, asked_ms, principal,
  agent, policy, run_id, call_id, tool, tool_version, arguments, role, by_another, expires_ms, nonce
  ON approvals BEGIN SELECT raise(ABORT, 'a request for approval does not change'); END;
)sql"};

constexpr std::string_view kColumns =
    "SELECT id, principal, agent, policy, run_id, call_id, tool, tool_version, arguments, role, "
    "by_another, expires_ms, nonce, asked_ms, answer, answered_by, answered_ms, used_ms, digest "
    "FROM approvals ";

ApprovalState state_of(const store::Statement& row, std::int64_t now_ms) {
  if (!row.is_null(17)) return ApprovalState::kUsed;
  if (!row.is_null(14) && row.text(14) == "refused") return ApprovalState::kRefused;
  if (row.integer(11) <= now_ms) return ApprovalState::kExpired;
  return row.is_null(14) ? ApprovalState::kWaiting : ApprovalState::kApproved;
}

StoredApproval read_row(const store::Statement& row, std::int64_t now_ms) {
  const auto text = [&row](int column) { return std::string(row.text(column)); };
  StoredApproval stored;
  stored.id = text(0);
  stored.request = {.principal = text(1),
                    .agent = text(2),
                    .policy = text(3),
                    .run_id = text(4),
                    .call_id = text(5),
                    .tool = text(6),
                    .tool_version = text(7),
                    .arguments = text(8),
                    .role = text(9),
                    .by_another = row.integer(10) != 0,
                    .expires_ms = row.integer(11),
                    .nonce = text(12)};
  stored.state = state_of(row, now_ms);
  stored.asked_ms = row.integer(13);
  stored.answered_by = text(15);
  stored.answered_ms = row.integer(16);
  return stored;
}

bool is_id(const std::string& id) {
  return !id.empty() && id.size() <= kIdLength && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
}

tl::unexpected<Error> denied(const std::string& why) {
  return fail(ErrorCode::kPermissionDenied, "the call is not approved: " + why);
}

} // namespace

std::string_view to_string(ApprovalState state) {
  switch (state) {
  case ApprovalState::kWaiting: return "waiting";
  case ApprovalState::kApproved: return "approved";
  case ApprovalState::kRefused: return "refused";
  case ApprovalState::kExpired: return "expired";
  case ApprovalState::kUsed: return "used";
  }
  return "refused";
}

Result<ApprovalBook> ApprovalBook::open(const std::filesystem::path& path) {
  OUTPOST_TRY(store::Database database, store::Database::open(path));
  OUTPOST_CHECK(store::migrate(database, kSchema));
  return ApprovalBook(std::move(database));
}

Result<ApprovalBook> ApprovalBook::open_in_memory() {
  OUTPOST_TRY(store::Database database, store::Database::open_in_memory());
  OUTPOST_CHECK(store::migrate(database, kSchema));
  return ApprovalBook(std::move(database));
}

Result<std::string> ApprovalBook::ask(const ApprovalRequest& request, std::int64_t now_ms) {
  if (request.arguments.size() > kArgumentBytesMax) {
    return fail(ErrorCode::kLimitExceeded, "arguments of " +
                                               std::to_string(request.arguments.size()) +
                                               " bytes; what a person is to approve has at most " +
                                               std::to_string(kArgumentBytesMax));
  }
  const std::lock_guard lock(*mutex_);
  const std::string digest = approval_digest(request);
  const std::string call = call_digest(request);
  const std::string id = approval_id(request);
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  OUTPOST_TRY(auto known, database_.prepare("SELECT digest FROM approvals WHERE id = ?"));
  OUTPOST_CHECK(known.bind_all(std::string_view(id)));
  OUTPOST_TRY(const bool is_known, known.step());
  if (is_known && known.text(0) == digest) return id;
  OUTPOST_TRY(auto before,
              database_.prepare("SELECT answered_by, answered_ms FROM approvals "
                                "WHERE call_digest = ? AND answer = 'refused' LIMIT 1"));
  OUTPOST_CHECK(before.bind_all(std::string_view(call)));
  OUTPOST_TRY(const bool was_refused, before.step());
  OUTPOST_TRY(auto insert, database_.prepare("INSERT INTO approvals VALUES "
                                             "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                                             "NULL, NULL, NULL, NULL)"));
  const auto view = [](const std::string& text) { return std::string_view(text); };
  OUTPOST_CHECK(insert.run(
      view(id), view(digest), view(call), now_ms, view(request.principal), view(request.agent),
      view(request.policy), view(request.run_id), view(request.call_id), view(request.tool),
      view(request.tool_version), view(request.arguments), view(request.role),
      std::int64_t{request.by_another ? 1 : 0}, request.expires_ms, view(request.nonce)));
  if (was_refused) {
    OUTPOST_TRY(auto refuse,
                database_.prepare("UPDATE approvals SET answer = 'refused', answered_by = ?, "
                                  "answered_ms = ? WHERE id = ?"));
    OUTPOST_CHECK(refuse.run(before.text(0), before.integer(1), view(id)));
  }
  OUTPOST_CHECK(transaction.commit());
  return id;
}

Result<StoredApproval> ApprovalBook::find_locked(const std::string& id, std::int64_t now_ms) {
  if (!is_id(id)) {
    return fail(ErrorCode::kNotFound, "'" + id.substr(0, 64) + "' is not the id of an approval");
  }
  // 'g' sorts after every digit an id may have: the range of what begins so.
  OUTPOST_TRY(auto query, database_.prepare(std::string(kColumns) +
                                            "WHERE id >= ?1 AND id < ?1 || 'g' LIMIT 2"));
  OUTPOST_CHECK(query.bind_all(std::string_view(id)));
  OUTPOST_TRY(const bool found, query.step());
  if (!found) {
    return fail(ErrorCode::kNotFound, "there is no approval " + id,
                "outpost approvals list shows what waits");
  }
  StoredApproval stored = read_row(query, now_ms);
  OUTPOST_TRY(const bool several, query.step());
  if (several) {
    return fail(ErrorCode::kConflict, "several approvals begin with " + id, "give more of the id");
  }
  return stored;
}

Result<StoredApproval> ApprovalBook::find(const std::string& id, std::int64_t now_ms) {
  const std::lock_guard lock(*mutex_);
  return find_locked(id, now_ms);
}

Result<std::vector<StoredApproval>> ApprovalBook::list(bool waiting_only, std::int64_t now_ms,
                                                       std::size_t most) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto query, database_.prepare(std::string(kColumns) +
                                            "WHERE ?1 = 0 OR (answer IS NULL AND expires_ms > ?2) "
                                            "ORDER BY asked_ms DESC, id LIMIT ?3"));
  OUTPOST_CHECK(
      query.bind_all(std::int64_t{waiting_only ? 1 : 0}, now_ms, static_cast<std::int64_t>(most)));
  std::vector<StoredApproval> all;
  while (true) {
    OUTPOST_TRY(const bool has_row, query.step());
    if (!has_row) return all;
    all.push_back(read_row(query, now_ms));
  }
}

Status ApprovalBook::answer(const std::string& id, bool approves, const Approver& approver,
                            std::int64_t now_ms) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  OUTPOST_TRY(const StoredApproval stored, find_locked(id, now_ms));
  const ApprovalRequest& request = stored.request;
  if (stored.state != ApprovalState::kWaiting) {
    return fail(ErrorCode::kConflict, "approval " + stored.id + " is " +
                                          std::string(to_string(stored.state)) + " already");
  }
  if (!request.role.empty() && request.role != approver.role) {
    return fail(ErrorCode::kPermissionDenied, "approval " + stored.id + " is for the role '" +
                                                  request.role + "', not '" + approver.role + "'");
  }
  // Refusing one's own request harms nobody.
  if (approves && request.by_another && request.principal == approver.principal) {
    return fail(ErrorCode::kPermissionDenied,
                "'" + approver.principal + "' asked for this; somebody else has to approve it");
  }
  OUTPOST_TRY(auto update, database_.prepare("UPDATE approvals SET answer = ?, answered_by = ?, "
                                             "answered_ms = ? WHERE id = ?"));
  OUTPOST_CHECK(update.run(std::string_view(approves ? "approved" : "refused"),
                           std::string_view(approver.principal), now_ms,
                           std::string_view(stored.id)));
  return transaction.commit();
}

Status ApprovalBook::spend(const std::string& id, const ApprovalRequest& request,
                           std::int64_t now_ms) {
  const std::lock_guard lock(*mutex_);
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  OUTPOST_TRY(const StoredApproval stored, find_locked(id, now_ms));
  // What the book holds is compared, not only its digest: both must be what was asked.
  if (canonical_bytes(stored.request) != canonical_bytes(request)) {
    return denied("it is not the call that was asked for");
  }
  if (stored.state != ApprovalState::kApproved) {
    return denied("the approval is " + std::string(to_string(stored.state)));
  }
  OUTPOST_TRY(auto update, database_.prepare("UPDATE approvals SET used_ms = ? WHERE id = ?"));
  OUTPOST_CHECK(update.run(now_ms, std::string_view(stored.id)));
  return transaction.commit();
}

} // namespace outpost::security
