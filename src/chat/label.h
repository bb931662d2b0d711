// Labels: where a value comes from, how far it is trusted, who may see it. Every value that can
// reach a model, a tool or a store carries one, and policy outside the model decides with them.
#pragma once
#include <string>
#include <string_view>

namespace outpost::chat {

// Who a request acts for. Cache keys, memory and logs are kept apart by it.
struct PrincipalId {
  std::string value = "local";
  friend bool operator==(const PrincipalId&, const PrincipalId&) = default;
};

enum class Source { kOperator, kUser, kModel, kTool, kMemory, kFile, kPeer };

// Lowest first: joining takes the lower.
enum class Trust { kUntrusted, kUser, kOperator };

// Most open first: joining takes the more closed. kLocalOnly never leaves this machine.
enum class Confidentiality { kPublic, kInternal, kPersonal, kLocalOnly };

struct Label {
  Source source = Source::kUser;
  std::string origin; // the tool, file or peer by name; may be empty
  Trust trust = Trust::kUntrusted;
  Confidentiality confidentiality = Confidentiality::kInternal;
  friend bool operator==(const Label&, const Label&) = default;
};

// The label of a value made from both: the lower trust, the closer confidentiality; source and
// origin of the less trusted one.
Label join(const Label& a, const Label& b);

Label operator_label(std::string origin = {});
Label user_label();
Label model_label(std::string origin = {});
Label tool_label(std::string tool);

std::string_view to_string(Source source);
std::string_view to_string(Trust trust);
std::string_view to_string(Confidentiality confidentiality);

} // namespace outpost::chat
