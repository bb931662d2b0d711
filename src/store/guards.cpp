// What keeps foreign SQL within its bounds: the authorizer looks at every action of a statement
// while it is compiled, the progress handler at the work it does.
#include <sqlite3.h>

#include "store/connection.h"

namespace outpost::store {
namespace {

// How many virtual machine operations pass between two looks at the bounds.
constexpr int kOperationsPerCheck = 1000;

bool is_row_change(int action) {
  return action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE;
}

// Internal tables hold the schema; nobody but SQLite writes them.
bool is_internal(const char* table) {
  return table != nullptr && std::string_view(table).starts_with("sqlite_");
}

// The full-text index asks for this one to notice that another connection has written.
bool is_data_version(const char* pragma) {
  return pragma != nullptr && std::string_view(pragma) == "data_version";
}

int authorize(void* context, int action, const char* first, const char*, const char*, const char*) {
  const auto& connection = *static_cast<const Connection*>(context);
  if (connection.access == Access::kOwner) return SQLITE_OK;
  switch (action) {
  case SQLITE_SELECT:
  case SQLITE_READ:
  case SQLITE_FUNCTION: // extensions can't be loaded; the built-in functions touch no files
  case SQLITE_RECURSIVE: return SQLITE_OK;
  case SQLITE_PRAGMA: return is_data_version(first) ? SQLITE_OK : SQLITE_DENY;
  default: break;
  }
  const bool may =
      connection.access == Access::kRows && is_row_change(action) && !is_internal(first);
  return may ? SQLITE_OK : SQLITE_DENY;
}

int check_progress(void* context) {
  auto& connection = *static_cast<Connection*>(context);
  connection.operations_done += kOperationsPerCheck;
  const bool spent =
      connection.operations_max != 0 && connection.operations_done > connection.operations_max;
  return spent || connection.cancel.cancelled() ? 1 : 0;
}

} // namespace

void install_guards(Connection& connection) {
  sqlite3_progress_handler(connection.handle, kOperationsPerCheck, check_progress, &connection);
  if (connection.access != Access::kOwner) {
    sqlite3_set_authorizer(connection.handle, authorize, &connection);
  }
}

} // namespace outpost::store
