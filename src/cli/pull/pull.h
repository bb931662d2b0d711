// outpost pull WHAT: bring a model to this machine, with progress; again after a cut goes on.
#pragma once
#include "catalog/catalog.h"
#include "cli/invocation.h"

namespace outpost::cli {

void add_pull(CLI::App& parent, Invocation& invocation);

// Pulls with a progress bar on a terminal, a line per phase elsewhere. Used by `run` too.
Result<catalog::PullOutcome> pull_with_progress(const Invocation& invocation,
                                                const std::string& what);

} // namespace outpost::cli
