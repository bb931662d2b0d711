// outpost eval AGENT TASKS: an agent on its tasks, in sandboxes.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_eval(CLI::App& parent, Invocation& invocation);
}
