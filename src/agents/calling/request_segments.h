// A request that asks for several things is answered part by part: which of its sentences and
// clauses are about which tool. Found by words alone: the likeliest labelling of the clauses with
// tools (Viterbi, 1967), where going over to another tool costs less at "secondly" or a new
// sentence than at an "and" between two words.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "agents/calling/tool_schema.h"

namespace outpost::agents {

// What one part of a request says, its clauses joined in their order; whose it is.
struct RequestSegment {
  std::string text;
  std::size_t tool = 0; // a place in `tools`
  std::size_t end = 0;  // bytes of the request up to where it says this
};

inline constexpr std::size_t kSegmentsMax = 8;

// The segments in the order in which they ask, at most kSegmentsMax. What is only told goes with
// the wish of its tool. Empty when the request asks for one thing, as far as words tell.
std::vector<RequestSegment> segment_request(std::string_view request,
                                            const std::vector<CallableTool>& tools);

} // namespace outpost::agents
