// A request that asks for several things, part by part: each part is asked alone, of its tool
// alone, as if it were all that was said.
#pragma once
#include <optional>
#include <vector>

#include "agents/calling/call_plan.h"
#include "agents/calling/request_segments.h"

namespace outpost::agents {

// None when the parts, looked at one by one, are no wishes after all. `usage`: what it took is
// added, whatever comes of it. REQUIRES: some segments.
Result<std::optional<CallPlan>> plan_parts(chat::ChatModel& model, const CallingProfile& profile,
                                           const PlanRequest& request,
                                           const std::vector<RequestSegment>& segments,
                                           const std::vector<CallableTool>& tools,
                                           chat::Usage& usage, const CancelToken& cancel);

} // namespace outpost::agents
