// outpost bench MODEL: tokens a second of prefill and decode, medians over repetitions.
#pragma once
#include "cli/invocation.h"

namespace outpost::cli {
void add_bench(CLI::App& parent, Invocation& invocation);
}
