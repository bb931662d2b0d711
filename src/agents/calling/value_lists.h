// Lists in a request: "in Rome, Turin and Bari", "for 5, 10 or 20 years". Where one of a list's
// values fills a slot that takes one, the others want a call each.
#pragma once
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "agents/calling/request_outline.h"
#include "agents/calling/tool_schema.h"

namespace outpost::agents {

// The values that follow request[begin, end) in a list that it is the first of; empty when it is no
// list. A list is held together by commas and ends with "and", "or" or "&" before its last value.
std::vector<std::string_view> list_after(std::string_view request, std::size_t begin,
                                         std::size_t end, const RequestOutline& outline);

// The arguments of the calls that lists in the request ask for beside `arguments`: those with each
// of the other values of a list, every pair of two lists (the first with the first, the second with
// the second, where the request says "respectively"); or those with the other brackets of numbers,
// where `arguments` has those of one: "the points (3, 4) and (6, 8)". None where the other values
// have numbers of their own, or are paired with what is no list. At most `most`.
std::vector<boost::json::object> spread_lists(const CallableTool& tool, std::string_view request,
                                              const RequestOutline& outline,
                                              const boost::json::object& arguments,
                                              std::size_t most);

} // namespace outpost::agents
