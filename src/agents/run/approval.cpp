#include "agents/run/approval.h"

namespace outpost::agents {

std::string_view to_string(ApprovalState state) {
  switch (state) {
  case ApprovalState::kWaiting: return "waiting";
  case ApprovalState::kApproved: return "approved";
  case ApprovalState::kRefused: return "refused";
  case ApprovalState::kExpired: return "expired";
  case ApprovalState::kUsed: return "used";
  }
  return "refused";
}

} // namespace outpost::agents
