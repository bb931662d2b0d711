#include "app/agents/agent_stores.h"

#include <utility>

#include "app/accounts.h"
#include "app/run_log.h"

namespace outpost::app {

Result<std::unique_ptr<AgentStores>> AgentStores::open(const Environment& environment,
                                                       Clock& clock) {
  OUTPOST_TRY(agents::RunLog log, open_run_log(environment));
  OUTPOST_TRY(security::ApprovalBook book, open_approval_book(environment));
  OUTPOST_TRY(agents::Ledger ledger, open_ledger(environment, clock));
  OUTPOST_TRY(agents::Outbox outbox, open_outbox(environment, clock));
  OUTPOST_TRY(security::AuditLog audit, open_audit_log(environment));
  return std::make_unique<AgentStores>(clock, environment.data_folder, std::move(log),
                                       std::move(book), std::move(ledger), std::move(outbox),
                                       std::move(audit));
}

Result<std::unique_ptr<AgentStores>> AgentStores::open_in_memory(std::filesystem::path folder,
                                                                 Clock& clock) {
  OUTPOST_TRY(agents::RunLog log, agents::RunLog::open_in_memory());
  OUTPOST_TRY(security::ApprovalBook book, security::ApprovalBook::open_in_memory());
  OUTPOST_TRY(agents::Ledger ledger, agents::Ledger::open_in_memory(clock));
  OUTPOST_TRY(agents::Outbox outbox, agents::Outbox::open_in_memory(clock));
  OUTPOST_TRY(security::AuditLog audit, security::AuditLog::open_in_memory());
  return std::make_unique<AgentStores>(clock, std::move(folder), std::move(log), std::move(book),
                                       std::move(ledger), std::move(outbox), std::move(audit));
}

} // namespace outpost::app
