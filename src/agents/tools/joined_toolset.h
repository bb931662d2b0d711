// Several toolsets as one: the tools of all, in order, and each call goes to the one whose tool it
// is. A name belongs to one tool only, so that no later toolset can stand in for an earlier one's.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agents/tools/toolset.h"

namespace outpost::agents {

class JoinedToolset final : public Toolset {
public:
  // kConflict names a tool that two of them have.
  static Result<std::unique_ptr<JoinedToolset>> join(std::vector<std::unique_ptr<Toolset>> parts);

  [[nodiscard]] const std::vector<Tool>& tools() const override { return tools_; }
  // kNotFound, or what the tool's own toolset says.
  Result<ToolResult> call(const Call& call, const CallContext& context) override;
  // Of all of them.
  Result<std::vector<std::string>> known_values(const ValueKind& kind) override;

private:
  explicit JoinedToolset(std::vector<std::unique_ptr<Toolset>> parts) : parts_(std::move(parts)) {}

  std::vector<std::unique_ptr<Toolset>> parts_;
  std::vector<Tool> tools_;
  std::map<std::string, Toolset*, std::less<>> owners_; // by tool
};

} // namespace outpost::agents
