// Calls that one sentence says in parallel: "the way from Oslo to Bergen, then from Bergen to Voss,
// by train". Each part is written out with what stands before and behind all of them, as a request
// of its own: "the way from Bergen to Voss, by train".
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "agents/call/clauses.h"
#include "agents/calling/request_outline.h"
#include "agents/calling/tool_schema.h"

namespace outpost::agents {

struct ParallelPart {
  std::string text;
  Clause place; // of what it alone says
};

inline constexpr std::size_t kParallelsMax = 8;

// At that place of the request; empty where nothing is said in parallel, or the parts have too
// little for a call of the tool each.
std::vector<ParallelPart> find_parallels(std::string_view request, const Clause& place,
                                         const RequestOutline& outline, const CallableTool& tool);

} // namespace outpost::agents
