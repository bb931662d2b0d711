// What stands in for the world outside while an agent is evaluated.
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agents/escalation/escalation.h"
#include "agents/tools/toolset.h"

namespace outpost::agents {

// A larger model that always suggests the same, or nothing; it costs nothing and counts who asks.
class LargerModelStandIn final : public Escalation {
public:
  LargerModelStandIn(double below, std::optional<EscalatedAnswer::SuggestedCall> suggestion)
      : below_(below), suggestion_(std::move(suggestion)) {}

  std::optional<KeptLocal> keeps_local(const HardStep& step) override {
    return step.probability >= below_ ? std::optional(KeptLocal::kSure) : std::nullopt;
  }
  Result<EscalatedAnswer> ask(const HardStep& /*step*/, const CancelToken& /*cancel*/) override {
    ++asked_;
    EscalatedAnswer answer;
    answer.call = suggestion_;
    return answer;
  }
  [[nodiscard]] std::size_t asked() const { return asked_; }

private:
  double below_;
  std::optional<EscalatedAnswer::SuggestedCall> suggestion_;
  std::size_t asked_ = 0;
};

// Tools of which some are broken.
class FailingToolset final : public WrapperToolset {
public:
  FailingToolset(Toolset& inner, std::vector<std::string> failing)
      : WrapperToolset(inner), failing_(std::move(failing)) {}

  Result<ToolResult> call(const Call& call, const CallContext& context) override {
    if (std::find(failing_.begin(), failing_.end(), call.tool) == failing_.end()) {
      return WrapperToolset::call(call, context);
    }
    return fail(ErrorCode::kUnavailable, "'" + call.tool + "' does not answer");
  }

private:
  std::vector<std::string> failing_;
};

} // namespace outpost::agents
