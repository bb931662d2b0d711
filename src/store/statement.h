// A prepared statement. Values are bound, never pasted into the SQL.
//
//   OUTPOST_TRY(auto find, database.prepare("SELECT name FROM customer WHERE id = ?"));
//   OUTPOST_CHECK(find.bind_all(std::int64_t{7}));
//   OUTPOST_TRY(const bool found, find.step());
//   if (found) use(find.text(0));
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/value.h"

struct sqlite3_stmt;

namespace outpost::store {

struct Connection;

class Statement {
public:
  Statement(Statement&&) noexcept = default;
  Statement& operator=(Statement&&) noexcept = default;
  ~Statement() = default;

  // Parameters count from 1. Bound values stay until bound again or reset().
  Status bind(int parameter, const Value& value);
  Status bind(int parameter, std::int64_t value);
  Status bind(int parameter, double value);
  Status bind(int parameter, std::string_view value);
  Status bind(int parameter, std::span<const std::byte> value);
  Status bind_null(int parameter);
  // By name, with its sigil (":order_id"); kNotFound when the statement has no such parameter.
  Status bind(std::string_view name, const Value& value);
  // All parameters in order; kInvalidArgument when the count differs.
  template <class... Values>
  Status bind_all(const Values&... values);

  // True: there is a row to read. False: finished (the statement may be reset and run again).
  Result<bool> step();
  // bind_all, step to the end, reset: for statements that give no rows.
  template <class... Values>
  Status run(const Values&... values);
  // Back to before the first row, all parameters NULL.
  void reset();

  [[nodiscard]] int parameter_count() const;
  // With its sigil; empty for `?`. REQUIRES: 1 <= parameter <= parameter_count().
  [[nodiscard]] std::string_view parameter_name(int parameter) const;
  [[nodiscard]] bool is_read_only() const;

  // Columns count from 0. Of the current row; views are good until the next step() or reset().
  // Reading a column as another type converts as SQLite does; NULL gives 0 and empty.
  [[nodiscard]] int column_count() const;
  [[nodiscard]] std::string_view column_name(int column) const;
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::span<const std::byte> blob(int column) const;
  [[nodiscard]] Value value(int column) const;

private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(Connection& connection, sqlite3_stmt* handle)
      : connection_(&connection), handle_(handle) {}
  Status bound(int code, int parameter);
  Status check_count(std::size_t given) const;
  Status run_bound();

  Connection* connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
  bool running_ = false; // between the first step and the last
};

template <class... Values>
Status Statement::bind_all(const Values&... values) {
  OUTPOST_CHECK(check_count(sizeof...(values)));
  int parameter = 0;
  Status status;
  // Stops at the first that fails.
  static_cast<void>((... && (status = bind(++parameter, values)).has_value()));
  return status;
}

template <class... Values>
Status Statement::run(const Values&... values) {
  OUTPOST_CHECK(bind_all(values...));
  return run_bound();
}

} // namespace outpost::store
