#include "agents/tools/loop_guard_toolset.h"

#include <algorithm>

#include "chat/json_value.h"

namespace outpost::agents {
namespace {

// The same arguments in another order are the same call.
std::string canonical(const Call& call) {
  std::vector<std::string> parts;
  for (const auto& [key, value] : call.arguments) {
    parts.push_back(chat::json_text(boost::json::string(key)) + ":" + chat::json_text(value));
  }
  std::sort(parts.begin(), parts.end());
  std::string text = call.tool;
  for (const std::string& part : parts) text += '\n' + part;
  return text;
}

} // namespace

Result<ToolResult> LoopGuardToolset::call(const Call& call, const CallContext& context) {
  if (!stopped_ && ++seen_[canonical(call)] > kRepeatsMax) stopped_ = true;
  if (stopped_) {
    return fail(ErrorCode::kLimitExceeded, "the same call of '" + call.tool + "' was made " +
                                               std::to_string(kRepeatsMax + 1) +
                                               " times; the run is stopped");
  }
  return WrapperToolset::call(call, context);
}

} // namespace outpost::agents
