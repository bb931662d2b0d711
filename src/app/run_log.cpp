#include "app/run_log.h"

#include <system_error>

namespace outpost::app {
namespace {

Status make_data_folder(const Environment& environment) {
  std::error_code error;
  std::filesystem::create_directories(environment.data_folder, error);
  if (!error) return {};
  return fail(ErrorCode::kIo, "cannot make the folder '" + environment.data_folder.string() +
                                  "': " + error.message());
}

} // namespace

Result<agents::RunLog> open_run_log(const Environment& environment) {
  OUTPOST_CHECK(make_data_folder(environment));
  return agents::RunLog::open(environment.data_folder / "runs.sqlite");
}

Result<security::ApprovalBook> open_approval_book(const Environment& environment) {
  OUTPOST_CHECK(make_data_folder(environment));
  return security::ApprovalBook::open(environment.data_folder / "approvals.sqlite");
}

Result<security::AuditLog> open_audit_log(const Environment& environment) {
  OUTPOST_CHECK(make_data_folder(environment));
  return security::AuditLog::open(environment.data_folder / "audit.sqlite");
}

} // namespace outpost::app
