// Lets through what the rules of the agent file allow, by principal, tool and argument; denies the
// rest. Decided here, outside any model.
#pragma once
#include "agents/spec/permissions_section.h"
#include "agents/tools/toolset.h"

namespace outpost::agents {

// kPermissionDenied when no rule allows the call. Without the section everything is allowed.
Status check_permission(const PermissionsSection& permissions, const Call& call,
                        const CallContext& context);

// kPermissionDenied when no rule allows the tool to the principal, whatever the arguments.
Status check_possible(const PermissionsSection& permissions, const std::string& tool,
                      const chat::PrincipalId& principal);

class PermissionToolset final : public WrapperToolset {
public:
  PermissionToolset(Toolset& inner, PermissionsSection permissions)
      : WrapperToolset(inner), permissions_(std::move(permissions)) {}
  Result<ToolResult> call(const Call& call, const CallContext& context) override {
    OUTPOST_CHECK(check_permission(permissions_, call, context));
    return WrapperToolset::call(call, context);
  }

private:
  PermissionsSection permissions_;
};

} // namespace outpost::agents
