// outpost list: the models that are here, and those that an alias would bring.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_list(CLI::App& parent, Invocation& invocation);
}
