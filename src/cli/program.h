// The whole command line: declares every command, parses, runs the chosen one, reports its error.
#pragma once
#include <string>
#include <vector>

#include "app/environment.h"
#include "base/cancel.h"
#include "cli/streams.h"

namespace outpost::cli {

// Returns the exit code. `arguments` without the program's name. `cancel` is set by Ctrl-C.
int run_program(std::vector<std::string> arguments, const app::Environment& environment,
                const Streams& streams, const CancelSource& cancel);

} // namespace outpost::cli
