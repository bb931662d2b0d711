// Whatever a tool returns is data from outside: labelled with the tool it came from and never
// trusted, whatever the tool says of it. Confidentiality may only grow.
#pragma once
#include "agents/tools/toolset.h"

namespace outpost::agents {

class LabellingToolset final : public WrapperToolset {
public:
  using WrapperToolset::WrapperToolset;
  Result<ToolResult> call(const Call& call, const CallContext& context) override {
    OUTPOST_TRY(ToolResult result, WrapperToolset::call(call, context));
    chat::Label label = chat::tool_label(call.tool);
    label.confidentiality = std::max(label.confidentiality, result.label.confidentiality);
    result.label = std::move(label);
    return result;
  }
};

} // namespace outpost::agents
