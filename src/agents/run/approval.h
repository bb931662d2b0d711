// What a call that needs a person's approval goes through. A run asks, ends its work with the
// question on the disk, and goes on when there is an answer; it holds nothing while it waits.
#pragma once
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "security/approval_book.h"

namespace outpost::agents {

using security::ApprovalState;

// Thread-safe.
class Approvals {
public:
  virtual ~Approvals() = default;
  // Puts the question, durably; the id it is answered by. The same request (by its nonce) put again
  // is the same question. A call that was refused before is refused at once.
  virtual Result<std::string> ask(const security::ApprovalRequest& request) = 0;
  virtual Result<ApprovalState> state(const std::string& id) = 0;
  // Uses up the approval, durably, before the call is made. kPermissionDenied, and nothing is used:
  // not approved, expired, used, or `request` is not byte by byte what was approved.
  virtual Status spend(const std::string& id, const security::ApprovalRequest& request) = 0;
};

// Those of a book, now. Both outlive it.
class BookApprovals final : public Approvals {
public:
  BookApprovals(security::ApprovalBook& book, Clock& clock) : book_(book), clock_(clock) {}
  Result<std::string> ask(const security::ApprovalRequest& request) override {
    return book_.ask(request, clock_.wall_ms());
  }
  Result<ApprovalState> state(const std::string& id) override {
    OUTPOST_TRY(const security::StoredApproval stored, book_.find(id, clock_.wall_ms()));
    return stored.state;
  }
  Status spend(const std::string& id, const security::ApprovalRequest& request) override {
    return book_.spend(id, request, clock_.wall_ms());
  }

private:
  security::ApprovalBook& book_;
  Clock& clock_;
};

} // namespace outpost::agents
