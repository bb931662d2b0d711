// What a call that needs a person's approval goes through. A run asks, ends its work with the
// question on the disk, and goes on when there is an answer; it holds nothing while it waits.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "security/approval_request.h"

namespace outpost::agents {

enum class ApprovalState {
  kWaiting,
  kApproved,
  kRefused,
  kExpired, // nobody answered in time: refused
  kUsed,    // approved, and the call was made: it can't be made again
};
std::string_view to_string(ApprovalState state);

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

} // namespace outpost::agents
