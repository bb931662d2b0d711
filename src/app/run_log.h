// The log of all agents' runs on this machine, in the data folder.
#pragma once
#include "agents/run/run_log.h"
#include "app/environment.h"
#include "base/result.h"

namespace outpost::app {
Result<agents::RunLog> open_run_log(const Environment& environment);
}
