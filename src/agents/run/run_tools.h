// The tools of one run, with every rule around them. A call goes through the rules from the outside
// in: is it a call of a listed tool with arguments that hold, is it the same again, is there
// budget, does somebody have to approve it, on the disk with it; then it is made, and what it
// returned gets the tool's label. Whoever calls, whatever a model says, comes in by this door.
#pragma once
#include "agents/run/approval_toolset.h"
#include "agents/tools/budget_toolset.h"
#include "agents/tools/labelling_toolset.h"
#include "agents/tools/loop_guard_toolset.h"
#include "agents/tools/recording_toolset.h"
#include "agents/tools/validating_toolset.h"

namespace outpost::agents {

class RunTools final : public Toolset {
public:
  // All outlive this.
  RunTools(Toolset& tools, const AgentSpec& spec, Approvals* approvals, RunBudget& budget,
           RunJournal& journal, Clock& clock, Random& random)
      : labelled_(tools), recorded_(labelled_, journal),
        approved_(recorded_, spec, approvals, journal, clock, random), budgeted_(approved_, budget),
        guarded_(budgeted_), validated_(guarded_) {}

  [[nodiscard]] const std::vector<Tool>& tools() const override { return validated_.tools(); }
  Result<ToolResult> call(const Call& call, const CallContext& context) override {
    return validated_.call(call, context);
  }
  Result<std::vector<std::string>> known_values(const ValueKind& kind) override {
    return validated_.known_values(kind);
  }

  // What the last call waits for.
  [[nodiscard]] const std::optional<RunWaiting>& waiting() const { return approved_.waiting(); }

private:
  LabellingToolset labelled_;
  RecordingToolset recorded_;
  ApprovalToolset approved_;
  BudgetToolset budgeted_;
  LoopGuardToolset guarded_;
  ValidatingToolset validated_;
};

} // namespace outpost::agents
