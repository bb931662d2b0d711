// outpost approvals: what agents ask people for.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_approvals(CLI::App& parent, Invocation& invocation);
}
