// What goes up of a hard step, and what came back of it. Pure: what a test sees here is all that an
// endpoint can see.
#pragma once
#include "agents/escalation/escalation.h"
#include "chat/chat.h"

namespace outpost::agents {

// The parts of `step` that may go up: context that is more confidential than `allowed`, or
// local_only, is left out. Nothing where the step cannot do without such a part: its request, the
// arguments that are filled, or the tools (internal: the operator wrote them).
std::optional<HardStep> trimmed(const HardStep& step, chat::Confidentiality allowed);

// Greedy and short. REQUIRES: `step` is trimmed.
chat::ChatRequest step_request(const HardStep& step, std::uint32_t tokens_answer);

// What the endpoint suggests; its label joins those of all that went up, and is never trusted.
// kCorruptData: a tool that is not on the list, or no value where one was asked for.
Result<EscalatedAnswer> read_suggestion(const HardStep& step, const chat::Answer& answer,
                                        const std::string& endpoint);

} // namespace outpost::agents
