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

// "avoid_tolls": it is on where the request wants none.
bool is_opt_out(const SlotSchema& slot);

struct FlagWords {
  // By words that the tool's own name and note do not have, or that what is wanted is asked by:
  // "with details".
  bool named = false;
  bool hinted = false;  // by a word, in some form, that the tool's name does not have
  bool refused = false; // "without", "disable" and the like stand just before it
  bool torn = false;    // refused in one place and not in another
};
FlagWords flag_words(const CallableTool& tool, const SlotSchema& slot,
                     const RequestValues& request);

} // namespace outpost::agents
