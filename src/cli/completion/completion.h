// outpost completion bash|zsh|fish: a completion script made from the commands and flags as
// declared, so it cannot fall behind them.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
// `root` is the whole program's command tree; it must outlive the invocation.
void add_completion(CLI::App& root, Invocation& invocation);
} // namespace outpost::cli
