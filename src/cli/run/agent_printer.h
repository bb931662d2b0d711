// Shows a run's steps as they happen, on standard error: the answer itself is the result.
#pragma once
#include "agents/agent.h"
#include "cli/streams.h"

namespace outpost::cli {

// One or more lines for an event, without the last line break; empty for what is not shown.
std::string event_text(const Streams& streams, const agents::RunEvent& event);

// Prints each event to standard error as it happens.
agents::RunObserver print_events(const Streams& streams);

// The answer, or with `json` the whole outcome; an end other than done is an error of the command.
Status print_outcome(const Streams& streams, const agents::RunOutcome& outcome, bool json);

} // namespace outpost::cli
