// outpost knowledge index|search
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_knowledge(CLI::App& parent, Invocation& invocation);
}
