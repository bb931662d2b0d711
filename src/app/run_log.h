// Where runs, approvals and the audit log of this machine are kept: the data folder.
#pragma once
#include "agents/run/run_log.h"
#include "app/environment.h"
#include "security/approval_book.h"
#include "security/audit_log.h"

namespace outpost::app {

Result<agents::RunLog> open_run_log(const Environment& environment);
Result<security::ApprovalBook> open_approval_book(const Environment& environment);
Result<security::AuditLog> open_audit_log(const Environment& environment);

} // namespace outpost::app
