// Tools that need nothing but this machine: a calculator, the clock, facts about the system.
#pragma once
#include <filesystem>
#include <memory>

#include "agents/spec/builtin_section.h"
#include "agents/tools/toolset.h"
#include "base/clock.h"

namespace outpost::agents {

// `clock` outlives the toolset. calculate(expression); current_time(), date_after(days, date),
// days_between(from, to); system_facts().
// `disk` is a folder on the disk whose free space the facts tell.
std::unique_ptr<Toolset> make_builtin_toolset(const BuiltinSection& use,
                                              const std::filesystem::path& disk, Clock& clock);

} // namespace outpost::agents
