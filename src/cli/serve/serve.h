// outpost serve [MODEL]: models behind the APIs that clients speak.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_serve(CLI::App& parent, Invocation& invocation);
}
