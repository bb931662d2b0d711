#include "store/database.h"

namespace outpost::store {

Result<Transaction> Transaction::begin(Database& database) {
  OUTPOST_CHECK(database.control_transaction("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  // Nothing to report to: a rollback that fails leaves the journal, which the next open rolls back.
  if (database_ != nullptr) static_cast<void>(database_->control_transaction("ROLLBACK"));
}

Status Transaction::commit() {
  OUTPOST_CHECK(database_->control_transaction("COMMIT"));
  database_ = nullptr;
  return {};
}

namespace {

Result<std::int64_t> schema_version(Database& database) {
  OUTPOST_TRY(auto query, database.prepare("PRAGMA user_version"));
  OUTPOST_TRY(const bool has_row, query.step());
  return has_row ? query.integer(0) : 0;
}

} // namespace

Status migrate(Database& database, std::span<const std::string_view> steps) {
  const auto newest = static_cast<std::int64_t>(steps.size());
  while (true) {
    OUTPOST_TRY(auto transaction, Transaction::begin(database));
    // Read under the lock: another process may be doing the same.
    OUTPOST_TRY(const std::int64_t version, schema_version(database));
    if (version == newest) return {};
    if (version < 0 || version > newest) {
      return fail(ErrorCode::kUnsupported,
                  "the database has schema version " + std::to_string(version) +
                      ", this program knows " + std::to_string(newest),
                  "use the newer program that wrote it");
    }
    OUTPOST_CHECK(database.execute(steps[static_cast<std::size_t>(version)]));
    OUTPOST_CHECK(database.execute("PRAGMA user_version = " + std::to_string(version + 1)));
    OUTPOST_CHECK(transaction.commit());
  }
}

} // namespace outpost::store
