// outpost ps: what a running server holds in memory.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_ps(CLI::App& parent, Invocation& invocation);
}
