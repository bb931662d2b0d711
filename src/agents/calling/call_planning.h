// The calls of one request, or of a part of one, one after the other.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agents/calling/call_plan.h"
#include "agents/calling/tool_schema.h"

namespace outpost::agents {

inline constexpr std::size_t kCallsMax = 8; // of a request

// `tools`: of the request, read. `about`: the part of the request that calls are about; empty: all
// of it.
Result<CallPlan> plan_calls(chat::ChatModel& model, const CallingProfile& profile,
                            const PlanRequest& request, const std::vector<CallableTool>& tools,
                            std::string_view about, const CancelToken& cancel);

// What the user said last.
std::string last_request(std::span<const chat::Message> messages);

} // namespace outpost::agents
