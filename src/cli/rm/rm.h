// outpost rm NAME: forget a model and free its space.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_rm(CLI::App& parent, Invocation& invocation);
}
