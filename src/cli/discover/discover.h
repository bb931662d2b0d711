// outpost discover: servers on the local network that tell of themselves.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_discover(CLI::App& parent, Invocation& invocation);
}
