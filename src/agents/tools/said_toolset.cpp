#include "agents/tools/said_toolset.h"

namespace outpost::agents {

Result<ToolResult> SaidToolset::call(const Call& call, const CallContext& context) {
  auto result = WrapperToolset::call(call, context);
  if (result) return result;
  const Error& error = result.error();
  const bool is_said = error.code == ErrorCode::kConflict || error.code == ErrorCode::kNotFound ||
                       error.code == ErrorCode::kInvalidArgument ||
                       error.code == ErrorCode::kUnsupported;
  if (!is_said) return result;
  ToolResult refused;
  refused.outcome = ToolResult::Outcome::kRefused;
  refused.statement = "Nothing was changed: " + error.message + ".";
  refused.content = boost::json::object{{"reason", error.message}};
  refused.label = chat::tool_label(call.tool);
  return refused;
}

} // namespace outpost::agents
