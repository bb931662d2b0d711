#include "app/run_log.h"

#include "app/make_folder.h"

namespace outpost::app {

Result<agents::RunLog> open_run_log(const Environment& environment) {
  OUTPOST_CHECK(make_folder(environment.data_folder));
  return agents::RunLog::open(environment.data_folder / "runs.sqlite");
}

Result<security::ApprovalBook> open_approval_book(const Environment& environment) {
  OUTPOST_CHECK(make_folder(environment.data_folder));
  return security::ApprovalBook::open(environment.data_folder / "approvals.sqlite");
}

Result<security::AuditLog> open_audit_log(const Environment& environment) {
  OUTPOST_CHECK(make_folder(environment.data_folder));
  return security::AuditLog::open(environment.data_folder / "audit.sqlite");
}

} // namespace outpost::app
