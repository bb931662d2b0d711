// Around tools of a user's own things (a calendar, a mailbox): what cannot be done with them is
// said, and ends no run.
#pragma once
#include <memory>

#include "agents/tools/toolset.h"

namespace outpost::agents {

class SaidToolset final : public WrapperToolset {
public:
  // Owns what it wraps.
  explicit SaidToolset(std::unique_ptr<Toolset> inner)
      : WrapperToolset(*inner), inner_(std::move(inner)) {}
  // kConflict, kNotFound, kInvalidArgument and kUnsupported become results: nothing was changed.
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

private:
  std::unique_ptr<Toolset> inner_;
};

} // namespace outpost::agents
