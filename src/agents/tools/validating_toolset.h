// Lets through only calls of listed tools whose arguments hold under the tool's schema.
#pragma once
#include "agents/tools/toolset.h"

namespace outpost::agents {

class ValidatingToolset final : public WrapperToolset {
public:
  using WrapperToolset::WrapperToolset;
  Result<ToolResult> call(const Call& call, const CallContext& context) override;
};

} // namespace outpost::agents
