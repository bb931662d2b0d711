#include "agents/tools/validating_toolset.h"

#include "agents/tools/argument_schema.h"

namespace outpost::agents {

Result<ToolResult> ValidatingToolset::call(const Call& call, const CallContext& context) {
  const Tool* tool = find_tool(*this, call.tool);
  if (tool == nullptr) {
    return fail(ErrorCode::kNotFound, "there is no tool '" + call.tool.substr(0, 64) + "'");
  }
  OUTPOST_CHECK(check_arguments(*tool, call.arguments));
  return WrapperToolset::call(call, context);
}

} // namespace outpost::agents
