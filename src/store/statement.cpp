#include "store/statement.h"

#include <limits>
#include <sqlite3.h>

#include "store/connection.h"

namespace outpost::store {

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Status Statement::bound(int code, int parameter) {
  if (code == SQLITE_OK) return {};
  if (code == SQLITE_RANGE) {
    return fail(ErrorCode::kInvalidArgument, "parameter " + std::to_string(parameter) +
                                                 " of a statement that has " +
                                                 std::to_string(parameter_count()));
  }
  return fail(connection_->error(code, "binding parameter " + std::to_string(parameter)));
}

Status Statement::bind(int parameter, std::int64_t value) {
  return bound(sqlite3_bind_int64(handle_.get(), parameter, value), parameter);
}

Status Statement::bind(int parameter, double value) {
  return bound(sqlite3_bind_double(handle_.get(), parameter, value), parameter);
}

// SQLite's copy flag is a macro with an old-style cast; this is the same value.
static const auto kCopy = reinterpret_cast<sqlite3_destructor_type>(std::intptr_t{-1});

Status Statement::bind(int parameter, std::string_view value) {
  const char* data = value.data() != nullptr ? value.data() : "";
  return bound(
      sqlite3_bind_text64(handle_.get(), parameter, data, value.size(), kCopy, SQLITE_UTF8),
      parameter);
}

Status Statement::bind(int parameter, std::span<const std::byte> value) {
  if (value.empty()) return bound(sqlite3_bind_zeroblob(handle_.get(), parameter, 0), parameter);
  return bound(sqlite3_bind_blob64(handle_.get(), parameter, value.data(), value.size(), kCopy),
               parameter);
}

Status Statement::bind_null(int parameter) {
  return bound(sqlite3_bind_null(handle_.get(), parameter), parameter);
}

Status Statement::bind(int parameter, const Value& value) {
  switch (value.index()) {
  case 0: return bind_null(parameter);
  case 1: return bind(parameter, std::get<std::int64_t>(value));
  case 2: return bind(parameter, std::get<double>(value));
  case 3: return bind(parameter, std::string_view(std::get<std::string>(value)));
  default: return bind(parameter, std::span<const std::byte>(std::get<Blob>(value)));
  }
}

Status Statement::bind(std::string_view name, const Value& value) {
  const int parameter = sqlite3_bind_parameter_index(handle_.get(), std::string(name).c_str());
  if (parameter == 0) {
    return fail(ErrorCode::kNotFound, "the statement has no parameter '" + std::string(name) + "'");
  }
  return bind(parameter, value);
}

Status Statement::check_count(std::size_t given) const {
  const auto wanted = static_cast<std::size_t>(parameter_count());
  if (given == wanted) return {};
  return fail(ErrorCode::kInvalidArgument, "the statement has " + std::to_string(wanted) +
                                               " parameters, " + std::to_string(given) + " given");
}

Result<bool> Statement::step() {
  OUTPOST_CHECK(connection_->usable());
  if (!running_) connection_->begin_statement();
  const int code = sqlite3_step(handle_.get());
  running_ = code == SQLITE_ROW;
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  Error error = connection_->error(code, "running a statement");
  sqlite3_reset(handle_.get());
  return fail(std::move(error));
}

Status Statement::run_bound() {
  Status status;
  while (true) {
    const Result<bool> row = step();
    if (!row) status = fail(row.error());
    if (!row || !*row) break;
  }
  reset();
  return status;
}

void Statement::reset() {
  sqlite3_reset(handle_.get()); // repeats the error of the last step, which was already reported
  sqlite3_clear_bindings(handle_.get());
  running_ = false;
}

int Statement::parameter_count() const { return sqlite3_bind_parameter_count(handle_.get()); }

std::string_view Statement::parameter_name(int parameter) const {
  const char* name = sqlite3_bind_parameter_name(handle_.get(), parameter);
  return name != nullptr ? name : "";
}

bool Statement::is_read_only() const { return sqlite3_stmt_readonly(handle_.get()) != 0; }

int Statement::column_count() const { return sqlite3_column_count(handle_.get()); }

std::string_view Statement::column_name(int column) const {
  const char* name = sqlite3_column_name(handle_.get(), column);
  return name != nullptr ? name : "";
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

double Statement::real(int column) const { return sqlite3_column_double(handle_.get(), column); }

std::string_view Statement::text(int column) const {
  // The text first: asking for the size may convert.
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  const int size = sqlite3_column_bytes(handle_.get(), column);
  return data != nullptr ? std::string_view(data, static_cast<std::size_t>(size))
                         : std::string_view();
}

std::span<const std::byte> Statement::blob(int column) const {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(handle_.get(), column));
  const int size = sqlite3_column_bytes(handle_.get(), column);
  return {data, data != nullptr ? static_cast<std::size_t>(size) : 0};
}

Value Statement::value(int column) const {
  switch (sqlite3_column_type(handle_.get(), column)) {
  case SQLITE_INTEGER: return integer(column);
  case SQLITE_FLOAT: return real(column);
  case SQLITE_TEXT: return std::string(text(column));
  case SQLITE_BLOB: {
    const auto bytes = blob(column);
    return Blob(bytes.begin(), bytes.end());
  }
  default: return std::monostate{};
  }
}

} // namespace outpost::store
