// Shows a run's steps as they happen, on standard error: the answer itself is the result.
#pragma once
#include "agents/run/event.h"
#include "cli/streams.h"

namespace outpost::cli {

// One or more lines for an event, without the last line break; empty for what is not shown.
std::string event_text(const Streams& streams, const agents::RunEvent& event);

} // namespace outpost::cli
