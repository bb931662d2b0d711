// outpost show MODEL: what a model file holds and what it will need in memory.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_show(CLI::App& parent, Invocation& invocation);
}
