// Lets through what the rules of the agent file allow, by principal, tool and argument; denies the
// rest. Decided here, outside any model.
#pragma once
#include "agents/spec/permissions_section.h"
#include "agents/tools/toolset.h"

namespace outpost::agents {

class PermissionToolset final : public WrapperToolset {
public:
  PermissionToolset(Toolset& inner, PermissionsSection permissions)
      : WrapperToolset(inner), permissions_(std::move(permissions)) {}
  // kPermissionDenied.
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

private:
  [[nodiscard]] bool is_among(const std::vector<std::string>& who,
                              const std::string& principal) const;

  PermissionsSection permissions_;
};

} // namespace outpost::agents
