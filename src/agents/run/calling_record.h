// How a run weighs calls of tools that tell only a schema, for its record: going through the run
// again goes by it, whatever the model's profile has become meanwhile.
#pragma once
#include <boost/json.hpp>

#include "agents/calling/calling_profile.h"
#include "base/result.h"

namespace outpost::agents {

// 0.6 to 1.5 KB of text. Numbers are texts that read back exactly, and mechanisms those that are
// on: one that there was not yet when the record was made is off.
boost::json::object calling_record(const CallingProfile& profile);

// kCorruptData with the field that is not there, not as calling_record() writes it or unknown.
Result<CallingProfile> read_calling_record(const boost::json::value& value);

} // namespace outpost::agents
