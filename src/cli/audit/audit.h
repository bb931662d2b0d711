// outpost audit: what agents were asked to do and what came of it, and whether the log is whole.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_audit(CLI::App& parent, Invocation& invocation);
} // namespace outpost::cli
