#include "store/connection.h"

#include <sqlite3.h>

namespace outpost::store {
namespace {

ErrorCode code_of(int sqlite_code) {
  switch (sqlite_code & 0xff) { // the low byte is the kind, the rest a detail of it
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
  case SQLITE_CONSTRAINT: return ErrorCode::kConflict;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
  case SQLITE_FORMAT: return ErrorCode::kCorruptData;
  case SQLITE_FULL:
  case SQLITE_NOMEM: return ErrorCode::kResourceExhausted;
  case SQLITE_PERM:
  case SQLITE_AUTH:
  case SQLITE_READONLY: return ErrorCode::kPermissionDenied;
  case SQLITE_CANTOPEN:
  case SQLITE_IOERR: return ErrorCode::kIo;
  case SQLITE_TOOBIG: return ErrorCode::kLimitExceeded;
  case SQLITE_INTERRUPT: return ErrorCode::kCancelled;
  case SQLITE_MISUSE: return ErrorCode::kInternal;
  default: return ErrorCode::kInvalidArgument;
  }
}

std::string_view hint_of(int sqlite_code) {
  switch (sqlite_code & 0xff) {
  case SQLITE_BUSY: return "another process is writing to this database; try again";
  case SQLITE_FULL: return "free some disk space";
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB: return "restore the file from a backup";
  default: return {};
  }
}

} // namespace

Connection::~Connection() {
  // close_v2: waits for statements that are still there instead of failing.
  if (handle != nullptr) sqlite3_close_v2(handle);
}

Error Connection::error(int code, std::string_view doing) {
  if ((code & 0xff) == SQLITE_IOERR) suspect = true;
  std::string message = name + ": " + std::string(doing) + ": ";
  if ((code & 0xff) == SQLITE_INTERRUPT && !cancel.cancelled()) {
    return {ErrorCode::kLimitExceeded,
            message + "stopped after " + std::to_string(operations_max) + " operations",
            "narrow the query or add an index"};
  }
  message += handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  return {code_of(code), std::move(message), std::string(hint_of(code))};
}

Status Connection::usable() const {
  if (!suspect) return {};
  return fail(ErrorCode::kIo, name + ": a disk operation failed earlier",
              "check the disk, then open the database again");
}

} // namespace outpost::store
