// Facts that a user states outright ("I live in Lyon", "my shoe size is 43"), found by a table of
// sentence beginnings. Few and sure: what no pattern fits is still in the turn, word for word.
#pragma once
#include <string_view>
#include <vector>

#include "agents/memory/memory.h"

namespace outpost::agents {

inline constexpr std::size_t kFactsOfTurnMax = 8;

// Subject, relation, value and single_valued are set; the rest is the caller's. Questions state
// nothing. At most kFactsOfTurnMax.
std::vector<MemoryFact> facts_in(std::string_view text);

} // namespace outpost::agents
