// The agent of an evaluation, opened over its sandbox with everything outside stood in for: the
// larger model, the line, the person who approves.
#pragma once
#include "agents/eval/evaluation.h"
#include "cli/run/local_models.h"

namespace outpost::cli {

// `models` outlive what comes back.
Result<agents::AskAgent> open_eval_subject(const agents::EvalSetting& setting, LocalModels& models,
                                           const CancelToken& cancel);

} // namespace outpost::cli
