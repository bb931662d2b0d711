#include "security/approval_request.h"

#include "catalog/digest.h"

namespace outpost::security {
namespace {

void append(std::string& bytes, const std::string& field) {
  bytes += std::to_string(field.size());
  bytes += ':';
  bytes += field;
}

void append_call(std::string& bytes, const ApprovalRequest& request) {
  for (const std::string* field :
       {&request.principal, &request.agent, &request.policy, &request.tool, &request.tool_version,
        &request.arguments, &request.role}) {
    append(bytes, *field);
  }
  append(bytes, request.by_another ? "another" : "anyone");
}

} // namespace

std::string canonical_bytes(const ApprovalRequest& request) {
  std::string bytes = "outpost-approval-1\n";
  append_call(bytes, request);
  for (const std::string* field : {&request.run_id, &request.call_id, &request.nonce}) {
    append(bytes, *field);
  }
  append(bytes, std::to_string(request.expires_ms));
  return bytes;
}

std::string approval_digest(const ApprovalRequest& request) {
  return catalog::sha256_of(canonical_bytes(request)).hex();
}

std::string approval_id(const ApprovalRequest& request) {
  return approval_digest(request).substr(0, 16);
}

std::string call_digest(const ApprovalRequest& request) {
  std::string bytes = "outpost-call-1\n";
  append_call(bytes, request);
  return catalog::sha256_of(bytes).hex();
}

} // namespace outpost::security
