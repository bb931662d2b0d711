// outpost costs: what agents' runs cost, and what they would have cost elsewhere.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_costs(CLI::App& parent, Invocation& invocation);
}
