// What agents and teams on the command line have in common: the one request, or a session of them.
#pragma once
#include <functional>
#include <string>

#include "cli/run/run.h"

namespace outpost::cli {

// The request of the command line or of standard input; kInvalidArgument when there is none.
Result<std::string> given_request(const Invocation& invocation, const RunOptions& options);

// Hands each line to `say` until /exit or the end of the input. Errors are shown, and it goes on.
Status converse(const Invocation& invocation,
                const std::function<Status(const std::string& request)>& say);

} // namespace outpost::cli
