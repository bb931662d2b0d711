#include "agents/calling/call_pipeline.h"

#include "agents/calling/call_drafter.h"
#include "agents/calling/call_planning.h"
#include "agents/calling/part_planning.h"

namespace outpost::agents {
namespace {

Result<std::vector<CallableTool>> read_tools(const chat::Prompt& prompt) {
  std::vector<CallableTool> tools;
  for (const chat::ToolDefinition& definition : prompt.tools) {
    OUTPOST_TRY(CallableTool tool, read_tool(definition));
    tools.push_back(std::move(tool));
  }
  return tools;
}

} // namespace

Result<CallPlan> CallPipeline::plan(const PlanRequest& request, const CancelToken& cancel) {
  OUTPOST_TRY(const std::vector<CallableTool> tools, read_tools(request.prompt));
  chat::Usage usage;
  if (profile_.splits_requests && profile_.counts_calls && !request.single_call) {
    const std::vector<RequestSegment> segments =
        segment_request(last_request(request.prompt.messages), tools);
    if (!segments.empty()) {
      OUTPOST_TRY(std::optional<CallPlan> plan,
                  plan_parts(model_, profile_, request, segments, tools, usage, cancel));
      if (plan) return std::move(*plan);
    }
  }
  OUTPOST_TRY(CallPlan plan, plan_calls(model_, profile_, request, tools, {}, cancel));
  add_usage(plan.usage, usage);
  return plan;
}

} // namespace outpost::agents
