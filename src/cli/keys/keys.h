// outpost keys: who may call this machine's server.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_keys(CLI::App& parent, Invocation& invocation);
}
