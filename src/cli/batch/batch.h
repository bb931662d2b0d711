// outpost batch: many requests from a file to one agent or team, each with a status.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_batch(CLI::App& parent, Invocation& invocation);
}
