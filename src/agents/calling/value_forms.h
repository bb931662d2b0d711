// Values in the form that a slot asks for: dates as the description spells them, percentages as
// shares, text without the marks around it. Rules alone; a value that no rule is sure of stays.
#pragma once

#include <boost/json.hpp>

#include "agents/call/dates.h"
#include "agents/calling/request_values.h"
#include "agents/calling/tool_schema.h"

namespace outpost::agents {

// The value as the slot's description asks for it.
boost::json::value in_form(const SlotSchema& slot, const boost::json::value& value,
                           const RequestValues& request);

} // namespace outpost::agents
