#include "security/approval_json.h"

#include "base/json_text.h"

namespace outpost::security {

std::string approval_json(const StoredApproval& approval) {
  const ApprovalRequest& request = approval.request;
  JsonObject out;
  out.add("id", approval.id);
  out.add("object", "approval");
  out.add("status", to_string(approval.state));
  out.add("principal", request.principal);
  out.add("agent", request.agent);
  out.add("run", request.run_id);
  out.add("tool", request.tool);
  out.add_raw("arguments", request.arguments);
  out.add("role", request.role);
  out.add("by_another", request.by_another);
  out.add("asked_ms", approval.asked_ms);
  out.add("expires_ms", request.expires_ms);
  out.add("answered_by", approval.answered_by);
  out.add("digest", approval_digest(request));
  return out.text();
}

} // namespace outpost::security
