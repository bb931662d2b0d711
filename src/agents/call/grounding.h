// The last look before a call: do the arguments hold under the schema, and is each traceable to
// what the user wrote or a tool returned? Rests on the recognisers alone, not on how a value was
// chosen.
#pragma once
#include <optional>
#include <string>

#include "agents/call/slot_filler.h"

namespace outpost::agents {

struct SlotProblem {
  std::string parameter;
  std::string message;
};

std::optional<SlotProblem> find_problem(const Tool& tool, const FilledSlots& filled,
                                        const SlotSources& sources, const Recognisers& recognisers);

} // namespace outpost::agents
