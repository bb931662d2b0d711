// The agent of an evaluation, opened over its sandbox with everything outside stood in for: the
// larger model, the line, the person who approves.
#pragma once
#include "agents/eval/evaluation.h"
#include "app/agents/open_agent.h"

namespace outpost::cli {

// `model` outlives what comes back.
Result<agents::AskAgent> open_eval_subject(const agents::EvalSetting& setting,
                                           const app::AgentModel& model, const CancelToken& cancel);

} // namespace outpost::cli
