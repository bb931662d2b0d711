// What the words of a request say about a flag: a boolean, or a choice of "True" and "False".
#pragma once
#include <boost/json.hpp>

#include "agents/calling/request_values.h"
#include "agents/calling/tool_schema.h"

namespace outpost::agents {

bool is_flag(const SlotSchema& slot);
// The flag's value as its schema writes it. REQUIRES: is_flag(slot).
boost::json::value flag_value(const SlotSchema& slot, bool on);
// Is that the value of a flag that is on, or off?
bool is_flag_value(const SlotSchema& slot, const boost::json::value& value);

struct FlagWords {
  bool named = false;   // by words that the tool's own name and note do not have
  bool hinted = false;  // by a word, in some form, that the tool's name does not have
  bool refused = false; // "without", "disable" and the like stand just before it
};
FlagWords flag_words(const CallableTool& tool, const SlotSchema& slot,
                     const RequestValues& request);

} // namespace outpost::agents
