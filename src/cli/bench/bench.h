// outpost bench: how fast a model runs here, and what share of the machine's limits that is.
//   bench.cpp  flags          workload.h  what is measured     runner.h  one run on the decoder
//   measure.h  medians, shares    cost.h  what a shape asks        roof.h  what the machine gives
//   report.h   table, JSON, SVG   first_token.h  a process's start
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_bench(CLI::App& parent, Invocation& invocation);
}
