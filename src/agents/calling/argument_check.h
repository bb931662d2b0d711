// The last look at drafted arguments: optional ones without ground in the request are left out, and
// how much of the compulsory ones the request gives is counted. Rules alone.
#pragma once
#include <boost/json.hpp>

#include "agents/calling/request_values.h"
#include "agents/calling/tool_schema.h"

namespace outpost::agents {

// How far the request supports `value` for this slot, 0 to 1.
double support_of(const SlotSchema& slot, const boost::json::value& value,
                  const RequestValues& request);

// Takes out optional arguments that the request does not support, or that only say again what
// another argument says.
void leave_out_unfounded(const CallableTool& tool, const RequestValues& request,
                         boost::json::object& arguments);

// Could any value of the slot stand that check? An optional slot for which none could need not be
// drafted at all.
bool may_be_founded(const CallableTool& tool, const SlotSchema& slot, const RequestValues& request);

// The compulsory argument that says again what one before it says, if there is one: a value that a
// small model used twice.
const SlotSchema* find_repetition(const CallableTool& tool, const boost::json::object& arguments);

struct RequiredSupport {
  double share = 1;   // mean support of the compulsory arguments
  double missing = 0; // of them, those with hardly any
};
RequiredSupport required_support(const CallableTool& tool, const RequestValues& request,
                                 const boost::json::object& arguments);

} // namespace outpost::agents
