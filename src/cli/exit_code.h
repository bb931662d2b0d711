// Exit codes by kind of error, so that a script can tell a typo from a missing network.
#pragma once
#include "base/error.h"

namespace outpost::cli {

inline constexpr int kExitUsage = 2; // the command line itself is wrong

int exit_code(ErrorCode code);

// The table, for `outpost help exit-codes`.
const char* exit_code_help();

} // namespace outpost::cli
