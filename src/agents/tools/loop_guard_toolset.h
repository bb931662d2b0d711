// Stops a run that goes in circles: the same call for the third time is refused and so is every
// call after it. One for each run.
#pragma once
#include <map>

#include "agents/tools/toolset.h"

namespace outpost::agents {

class LoopGuardToolset final : public WrapperToolset {
public:
  static constexpr int kRepeatsMax = 2;

  using WrapperToolset::WrapperToolset;
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

private:
  std::map<std::string, int> seen_; // canonical call -> times
  bool stopped_ = false;
};

} // namespace outpost::agents
