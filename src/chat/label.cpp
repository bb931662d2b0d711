#include "chat/label.h"

#include <algorithm>
#include <utility>

namespace outpost::chat {

Label join(const Label& a, const Label& b) {
  Label joined = b.trust < a.trust ? b : a;
  joined.confidentiality = std::max(a.confidentiality, b.confidentiality);
  return joined;
}

Label operator_label(std::string origin) {
  return {Source::kOperator, std::move(origin), Trust::kOperator, Confidentiality::kInternal};
}

Label user_label() { return {Source::kUser, {}, Trust::kUser, Confidentiality::kPersonal}; }

Label model_label(std::string origin) {
  return {Source::kModel, std::move(origin), Trust::kUntrusted, Confidentiality::kInternal};
}

Label tool_label(std::string tool) {
  return {Source::kTool, std::move(tool), Trust::kUntrusted, Confidentiality::kInternal};
}

std::string_view to_string(Source source) {
  switch (source) {
  case Source::kOperator: return "operator";
  case Source::kUser: return "user";
  case Source::kModel: return "model";
  case Source::kTool: return "tool";
  case Source::kMemory: return "memory";
  case Source::kFile: return "file";
  case Source::kPeer: return "peer";
  }
  return "user";
}

std::string_view to_string(Trust trust) {
  switch (trust) {
  case Trust::kUntrusted: return "untrusted";
  case Trust::kUser: return "user";
  case Trust::kOperator: return "operator";
  }
  return "untrusted";
}

std::string_view to_string(Confidentiality confidentiality) {
  switch (confidentiality) {
  case Confidentiality::kPublic: return "public";
  case Confidentiality::kInternal: return "internal";
  case Confidentiality::kPersonal: return "personal";
  case Confidentiality::kLocalOnly: return "local_only";
  }
  return "local_only";
}

} // namespace outpost::chat
