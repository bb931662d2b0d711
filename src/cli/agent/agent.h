// outpost agent confirm|learn: what an agent learns from runs that somebody says were right.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_agent(CLI::App& parent, Invocation& invocation);
}
