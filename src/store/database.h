// SQLite behind a thin wall: one connection with the settings that lose nothing (write-ahead log,
// synchronous FULL, foreign keys on, no trust in the schema), lowered limits, errors as Result.
//
// One writer connection for each file; a Database belongs to one thread at a time. Not for network
// file systems. Prepared statements must not outlive their Database.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "base/cancel.h"
#include "base/result.h"
#include "store/statement.h"

namespace outpost::store {

// What statements of a connection may do, checked when each is prepared. kRead and kRows are for
// SQL that somebody else wrote (an agent file): no schema changes, no PRAGMA, no ATTACH.
enum class Access {
  kRead,  // SELECT only; the file is opened read-only
  kRows,  // also INSERT, UPDATE, DELETE
  kOwner, // everything; for our own SQL
};

struct Limits {
  std::uint32_t row_bytes_max = 64u << 20; // one text, blob or row
  std::uint32_t sql_bytes_max = 1u << 20;
  std::uint32_t expression_depth_max = 100;
  std::uint32_t parameters_max = 1000;
  // Virtual machine operations of one execution of a statement; 0 is unbounded. 50 million take
  // about half a second. Applies to kRead and kRows.
  std::uint64_t operations_max = 50'000'000;
};

struct OpenOptions {
  Access access = Access::kOwner;
  bool create = true; // kOwner only: make the file when it is not there
  std::chrono::milliseconds busy_timeout{5000};
  Limits limits;
};

struct Connection;

class Database {
public:
  // Errors: kNotFound, kPermissionDenied, kCorruptData (not a database, fails quick_check), kIo.
  static Result<Database> open(const std::filesystem::path& path, const OpenOptions& options = {});
  // A database that lives as long as the object; for tests and scratch work.
  static Result<Database> open_in_memory(const OpenOptions& options = {});

  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // Exactly one statement. kInvalidArgument with SQLite's text, kPermissionDenied beyond `access`.
  Result<Statement> prepare(std::string_view sql);
  // A script of statements without parameters; stops at the first error.
  Status execute(std::string_view script);

  // Walks every page and index: milliseconds for small files, seconds for gigabytes. REQUIRES:
  // kOwner.
  Status quick_check();
  // A consistent copy while readers and the writer go on; `target` must not exist.
  Status backup_to(const std::filesystem::path& target);

  [[nodiscard]] std::int64_t last_insert_rowid() const;
  // Rows changed by the last INSERT, UPDATE or DELETE.
  [[nodiscard]] std::int64_t changes() const;
  // Statements end with kCancelled once the token is cancelled.
  void set_cancel(CancelToken cancel);

private:
  friend class Transaction;
  explicit Database(std::unique_ptr<Connection> connection);
  // BEGIN, COMMIT, ROLLBACK: ours, whatever the access.
  Status control_transaction(std::string_view sql);
  std::unique_ptr<Connection> connection_;
};

// BEGIN IMMEDIATE ... COMMIT: takes the writer's lock at once, so it can't fail half-way with
// "busy". Rolls back unless committed.
class Transaction {
public:
  // kConflict when another process holds the lock longer than the busy timeout.
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  // When it returns without error, the changes are on the disk.
  Status commit();

private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_; // null when moved from or committed
};

// Brings the schema to the newest version: step n (from 1) takes user_version n-1 to n, each in a
// transaction of its own. A file of a newer version is kUnsupported.
Status migrate(Database& database, std::span<const std::string_view> steps);

} // namespace outpost::store
