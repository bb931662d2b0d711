// outpost memory show|export|forget
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_memory(CLI::App& parent, Invocation& invocation);
}
