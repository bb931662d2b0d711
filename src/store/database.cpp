#include "store/database.h"

#include <limits>
#include <sqlite3.h>

#include "store/connection.h"

namespace outpost::store {
namespace {

// Before anything else is read from the file: none of its schema is trusted.
Status configure_trust(Connection& connection) {
  constexpr int kOff = 0;
  constexpr int kOn = 1;
  sqlite3* handle = connection.handle;
  int code = sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, kOn, nullptr);
  if (code == SQLITE_OK) {
    code = sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, kOff, nullptr);
  }
  if (code == SQLITE_OK) {
    code = sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, kOn, nullptr);
  }
  if (code != SQLITE_OK) return fail(connection.error(code, "configuring"));
  sqlite3_extended_result_codes(handle, kOn);
  return {};
}

void lower_limits(sqlite3* handle, const Limits& limits) {
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, static_cast<int>(limits.row_bytes_max));
  sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, static_cast<int>(limits.sql_bytes_max));
  sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, static_cast<int>(limits.expression_depth_max));
  sqlite3_limit(handle, SQLITE_LIMIT_VARIABLE_NUMBER, static_cast<int>(limits.parameters_max));
  sqlite3_limit(handle, SQLITE_LIMIT_COMPOUND_SELECT, 50);
  sqlite3_limit(handle, SQLITE_LIMIT_FUNCTION_ARG, 32);
  sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000);
  sqlite3_limit(handle, SQLITE_LIMIT_TRIGGER_DEPTH, 10);
  sqlite3_limit(handle, SQLITE_LIMIT_VDBE_OP, 250'000);
  sqlite3_limit(handle, SQLITE_LIMIT_WORKER_THREADS, 0);
}

Status run_script(Connection& connection, const std::string& script) {
  const int code = sqlite3_exec(connection.handle, script.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(connection.error(code, "running SQL"));
  return {};
}

Status apply_pragmas(Connection& connection) {
  // The last one reads the file's header, so that a file of another kind is refused here.
  OUTPOST_CHECK(run_script(connection, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; "
                                       "PRAGMA schema_version;"));
  if (connection.access == Access::kRead) return run_script(connection, "PRAGMA query_only = ON;");
  // FULL: what commit() acknowledged survives a power cut. NORMAL may lose the last commits.
  return run_script(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
}

int open_flags(const OpenOptions& options) {
  constexpr int kCommon = SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_EXRESCODE;
  if (options.access == Access::kRead) return kCommon | SQLITE_OPEN_READONLY;
  const bool create = options.access == Access::kOwner && options.create;
  return kCommon | SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
}

Result<std::unique_ptr<Connection>> connect(const std::string& file, const OpenOptions& options) {
  auto connection = std::make_unique<Connection>();
  connection->name = file;
  connection->access = options.access;
  connection->operations_max = options.access == Access::kOwner ? 0 : options.limits.operations_max;
  const int code = sqlite3_open_v2(file.c_str(), &connection->handle, open_flags(options), nullptr);
  if (code != SQLITE_OK) return fail(connection->error(code, "opening"));
  sqlite3_busy_timeout(connection->handle, static_cast<int>(options.busy_timeout.count()));
  OUTPOST_CHECK(configure_trust(*connection));
  OUTPOST_CHECK(apply_pragmas(*connection));
  lower_limits(connection->handle, options.limits);
  install_guards(*connection);
  return connection;
}

} // namespace

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::filesystem::path& path, const OpenOptions& options) {
  std::error_code ignored;
  const bool may_create = options.access == Access::kOwner && options.create;
  if (!may_create && !std::filesystem::exists(path, ignored)) {
    return fail(ErrorCode::kNotFound, "no database at " + path.string());
  }
  OUTPOST_TRY(auto connection, connect(path.string(), options));
  return Database(std::move(connection));
}

Result<Database> Database::open_in_memory(const OpenOptions& options) {
  OUTPOST_TRY(auto connection, connect(":memory:", options));
  return Database(std::move(connection));
}

Result<Statement> Database::prepare(std::string_view sql) {
  OUTPOST_CHECK(connection_->usable());
  // One more than allowed is enough for SQLite to refuse it; never more than an int.
  const auto size =
      static_cast<int>(std::min<std::size_t>(sql.size(), std::numeric_limits<int>::max()));
  sqlite3_stmt* handle = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(connection_->handle, sql.data(), size, 0, &handle, &tail);
  Statement statement(*connection_, handle);
  if (code != SQLITE_OK) return fail(connection_->error(code, "preparing a statement"));
  if (handle == nullptr) return fail(ErrorCode::kInvalidArgument, "an empty SQL statement");
  const std::string_view rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
  if (rest.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument, "more than one SQL statement where one is expected",
                "give each statement on its own");
  }
  return statement;
}

Status Database::execute(std::string_view script) {
  OUTPOST_CHECK(connection_->usable());
  return run_script(*connection_, std::string(script));
}

Status Database::control_transaction(std::string_view sql) {
  const Access access = std::exchange(connection_->access, Access::kOwner);
  const Status status = execute(sql);
  connection_->access = access;
  return status;
}

std::int64_t Database::last_insert_rowid() const {
  return sqlite3_last_insert_rowid(connection_->handle);
}

std::int64_t Database::changes() const { return sqlite3_changes64(connection_->handle); }

void Database::set_cancel(CancelToken cancel) { connection_->cancel = std::move(cancel); }

Status Database::quick_check() {
  OUTPOST_TRY(auto check, prepare("PRAGMA quick_check(1)"));
  OUTPOST_TRY(const bool has_row, check.step());
  const std::string found(has_row ? check.text(0) : "no answer");
  if (found == "ok") return {};
  return fail(ErrorCode::kCorruptData, connection_->name + ": quick_check: " + found,
              "restore the file from a backup");
}

Status Database::backup_to(const std::filesystem::path& target) {
  std::error_code ignored;
  if (std::filesystem::exists(target, ignored)) {
    return fail(ErrorCode::kConflict, target.string() + " exists already", "choose another name");
  }
  OUTPOST_TRY(auto copy, connect(target.string(), OpenOptions{}));
  sqlite3_backup* backup = sqlite3_backup_init(copy->handle, "main", connection_->handle, "main");
  if (backup == nullptr) {
    return fail(copy->error(sqlite3_errcode(copy->handle), "starting a backup"));
  }
  constexpr int kAllPages = -1;
  sqlite3_backup_step(backup, kAllPages);
  const int code = sqlite3_backup_finish(backup);
  if (code != SQLITE_OK) return fail(copy->error(code, "writing a backup"));
  return {};
}

} // namespace outpost::store
