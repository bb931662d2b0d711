// outpost version: what this build is and what it found here.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_version(CLI::App& parent, Invocation& invocation);
}
