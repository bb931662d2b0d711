#include "agents/tools/toolset.h"

#include <algorithm>

namespace outpost::agents {

std::string_view to_string(ToolResult::Outcome outcome) {
  switch (outcome) {
  case ToolResult::Outcome::kDone: return "done";
  case ToolResult::Outcome::kNothing: return "nothing";
  case ToolResult::Outcome::kRefused: return "refused";
  case ToolResult::Outcome::kDeferred: return "deferred";
  }
  return "refused";
}

const Tool* find_tool(const Toolset& toolset, std::string_view name) {
  const std::vector<Tool>& tools = toolset.tools();
  const auto at = std::find_if(tools.begin(), tools.end(),
                               [name](const Tool& tool) { return tool.name == name; });
  return at == tools.end() ? nullptr : &*at;
}

bool may_have_happened(ErrorCode code) {
  switch (code) {
  case ErrorCode::kUnavailable:
  case ErrorCode::kTimeout:
  case ErrorCode::kCancelled:
  case ErrorCode::kCorruptData:
  case ErrorCode::kIo:
  case ErrorCode::kInternal: return true;
  default: return false;
  }
}

} // namespace outpost::agents
