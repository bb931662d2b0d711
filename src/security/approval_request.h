// What a person is asked to allow: one call, by every byte that makes it what it is.
#pragma once
#include <cstdint>
#include <string>

namespace outpost::security {

struct ApprovalRequest {
  std::string principal; // who the call acts for
  std::string agent;
  std::string policy; // version of the rules that ask for it: a digest
  std::string run_id;
  std::string call_id;
  std::string tool;
  std::string tool_version;    // a digest of all that the tool's definition says
  std::string arguments;       // canonical JSON
  std::string role;            // who may answer; empty: whoever may answer at all
  bool by_another = true;      // the answer comes from another principal than `principal`
  std::int64_t expires_ms = 0; // wall time; then it is refused
  std::string nonce;           // no two requests have the same
};

// Every field, in one order, each preceded by its length: different requests have different bytes.
std::string canonical_bytes(const ApprovalRequest& request);

// SHA-256 of the canonical bytes, hexadecimal: what is approved.
std::string approval_digest(const ApprovalRequest& request);
// The digest's first 16 digits: how a request is called.
std::string approval_id(const ApprovalRequest& request);
// The same without run, call, expiry and nonce: what a refusal holds for.
std::string call_digest(const ApprovalRequest& request);

} // namespace outpost::security
