// What a slot's value may be, as rules of a Lark grammar: one of its choices; one of the request's
// numbers; a run of the request's words; or anything of its type.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "agents/calling/request_places.h"
#include "agents/calling/request_values.h"
#include "agents/calling/tool_schema.h"

namespace outpost::agents {

// Where values may come from.
struct ValueSource {
  std::string text; // what the user wrote, for runs of words
  std::vector<RequestNumber> numbers;
  std::vector<boost::json::array> lists; // that stand in the text; a slot that one fits takes one
  std::vector<RequestPlace> places;      // that a slot for a town and its state takes one of
  bool copies_text = false;              // strings are runs of words; else anything
  bool copies_numbers = false; // numbers are those of the request, when it has any; else anything
  bool keeps_forms = false;    // text has the form that the slot's description shows
  // What a call before had: a later call may share its values.
  boost::json::object before;
};

// The rule `name` and what it needs, each on a line.
std::string value_rules(const std::string& name, const SlotSchema& slot, const ValueSource& source);

} // namespace outpost::agents
