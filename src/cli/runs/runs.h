// outpost runs, outpost runs show ID: what agents did, from the append-only log.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_runs(CLI::App& parent, Invocation& invocation);
}
