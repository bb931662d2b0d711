#include "agents/tools/joined_toolset.h"

namespace outpost::agents {

Result<std::unique_ptr<JoinedToolset>>
JoinedToolset::join(std::vector<std::unique_ptr<Toolset>> parts) {
  std::unique_ptr<JoinedToolset> joined(new JoinedToolset(std::move(parts)));
  for (const auto& part : joined->parts_) {
    for (const Tool& tool : part->tools()) {
      if (!joined->owners_.emplace(tool.name, part.get()).second) {
        return fail(ErrorCode::kConflict, "there are two tools '" + tool.name + "'",
                    "give one of them another name or a prefix");
      }
      joined->tools_.push_back(tool);
    }
  }
  return joined;
}

Result<ToolResult> JoinedToolset::call(const Call& call, const CallContext& context) {
  const auto owner = owners_.find(call.tool);
  if (owner == owners_.end()) {
    return fail(ErrorCode::kNotFound, "there is no tool '" + call.tool.substr(0, 64) + "'");
  }
  return owner->second->call(call, context);
}

Result<std::vector<std::string>> JoinedToolset::known_values(const ValueKind& kind) {
  std::vector<std::string> all;
  for (const auto& part : parts_) {
    OUTPOST_TRY(const std::vector<std::string> some, part->known_values(kind));
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

} // namespace outpost::agents
