// What all agents of one process stand on, in the data folder: the log of runs, the book of
// approvals, the ledger of costs, the outbox, the audit log. Whatever command opens agents opens
// these, so that an agent is the same wherever it runs.
#pragma once
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>

#include "agents/ledger/ledger.h"
#include "agents/outbox/outbox.h"
#include "agents/run/approval.h"
#include "agents/run/run_log.h"
#include "app/environment.h"
#include "base/clock.h"
#include "base/result.h"
#include "security/approval_book.h"
#include "security/audit_log.h"

namespace outpost::app {

// Each thread-safe. Stays where it is: its parts refer to each other.
struct AgentStores {
  Clock& clock;
  std::filesystem::path folder; // of memory, knowledge and accepted definitions as well
  agents::RunLog log;
  security::ApprovalBook book;
  agents::Ledger ledger;
  agents::Outbox outbox;
  security::AuditLog audit;
  agents::BookApprovals approvals{book, clock};
  std::mutex calendar_writing;          // held by the agent that changes a calendar
  std::atomic<std::uint64_t> opened{0}; // agents so far: no two draw the same random numbers

  // Those of this machine. `clock` outlives them.
  static Result<std::unique_ptr<AgentStores>> open(const Environment& environment, Clock& clock);
  // For work that leaves nothing behind: only memory and knowledge are files, in `folder`.
  static Result<std::unique_ptr<AgentStores>> open_in_memory(std::filesystem::path folder,
                                                             Clock& clock);

  AgentStores(Clock& clock_used, std::filesystem::path data_folder, agents::RunLog run_log,
              security::ApprovalBook approval_book, agents::Ledger costs, agents::Outbox waiting,
              security::AuditLog audit_log)
      : clock(clock_used), folder(std::move(data_folder)), log(std::move(run_log)),
        book(std::move(approval_book)), ledger(std::move(costs)), outbox(std::move(waiting)),
        audit(std::move(audit_log)) {}
  AgentStores(const AgentStores&) = delete;
  AgentStores& operator=(const AgentStores&) = delete;
};

} // namespace outpost::app
