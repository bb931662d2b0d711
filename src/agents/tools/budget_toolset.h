// Counts tool calls against the run's budget, before they are made.
#pragma once
#include "agents/run/budget.h"
#include "agents/tools/toolset.h"

namespace outpost::agents {

class BudgetToolset final : public WrapperToolset {
public:
  // `budget` outlives this.
  BudgetToolset(Toolset& inner, RunBudget& budget) : WrapperToolset(inner), budget_(budget) {}
  Result<ToolResult> call(const Call& call, const CallContext& context) override {
    OUTPOST_CHECK(budget_.take_tool_call());
    return WrapperToolset::call(call, context);
  }

private:
  RunBudget& budget_;
};

} // namespace outpost::agents
