// Numbers in brackets that belong together, where a tool takes each as an argument of its own: "the
// points (3, 4) and (6, 8)" for the slots x and y.
#pragma once
#include <vector>

#include <boost/json.hpp>

#include "agents/calling/request_outline.h"
#include "agents/calling/tool_schema.h"

namespace outpost::agents {

// The calls that take the request's other brackets in the order of the slots, where `arguments`
// have the numbers of one: none where they have not.
std::vector<boost::json::object> spread_brackets(const CallableTool& tool,
                                                 const RequestOutline& outline,
                                                 const boost::json::object& arguments);

// Where the first numbers are those of a bracket, takes out optional ones of another.
void keep_to_bracket(const CallableTool& tool, const RequestOutline& outline,
                     boost::json::object& arguments);

} // namespace outpost::agents
