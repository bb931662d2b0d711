// What Database and Statement share: the SQLite handle and the bounds on the work in progress.
// Private to this folder.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/cancel.h"
#include "base/result.h"
#include "store/database.h"

struct sqlite3;

namespace outpost::store {

struct Connection {
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // The error SQLite reports for its result `code`, with what was being done.
  Error error(int code, std::string_view doing);
  // kIo once a write to the disk has failed: what SQLite believes and what the disk holds may
  // differ.
  [[nodiscard]] Status usable() const;
  // Called before the first step of a statement: a fresh budget of work.
  void begin_statement() { operations_done = 0; }

  sqlite3* handle = nullptr;
  std::string name; // the file, for messages
  Access access = Access::kOwner;
  bool suspect = false;
  std::uint64_t operations_done = 0;
  std::uint64_t operations_max = 0; // 0: unbounded
  CancelToken cancel;
};

// Installs the authorizer of `connection.access` and the progress handler of its bounds.
void install_guards(Connection& connection);

} // namespace outpost::store
