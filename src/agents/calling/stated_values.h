// Values that several slots of a tool share out among themselves, from what the request states:
// latitude and longitude, amounts of two units, the day that something ends, the date and time of
// an appointment. Rules alone.
#pragma once
#include <boost/json.hpp>

#include "agents/calling/request_values.h"
#include "agents/calling/tool_schema.h"

namespace outpost::agents {

// "at 48.2 N, 16.4 E" fills latitude and longitude, or a list of both; as many pairs as there are
// slots for, in their order. A longitude goes with its latitude. "Between 2 and 8" fills the least
// and the most. "From 3 May 2024 for 2 nights" ends on the 5th. Of a drafted date with time neither
// may be another than the request's only one, and no zone is added where a slot of its own has it.
void apply_stated(const CallableTool& tool, const RequestValues& request,
                  boost::json::object& arguments);

} // namespace outpost::agents
