// What the words of a request say of whether a tool is meant at all: how much of what it says the
// tool's note has, and whether it asks for a fact or for advice rather than for something to be
// done. Rules alone.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "agents/calling/tool_schema.h"

namespace outpost::agents {

// How much a word tells, by how few of the questions that ship with Outpost have it: log of their
// number by those that have it, of which there are taken to be two at least.
double telling_weight(const std::string& stem);

struct NoteCover {
  double share = 0;  // of what the request's words tell, what the tool's note has, 0 to 1
  double weight = 0; // what those tell that no argument has, in all
};
// Name, description, slots and choices are the note.
NoteCover note_cover(std::string_view request, const CallableTool& tool,
                     const boost::json::object& arguments);
// Of what the request's words tell, what none of `texts` has.
struct Untold {
  double share = 0;  // 0 to 1
  double weight = 0; // in all
};
Untold untold_of(std::string_view request, std::span<const std::string> texts);
// Name, description, slots and choices as one text.
std::string note_of(const CallableTool& tool);

// What calls leave of the slots they have, and say twice.
struct CallGaps {
  double repeated = 0; // values that another argument of the call has too
  double left_out = 0; // optional slots without a value
  double named = 0;    // of them, those whose name has a word of the request
};
CallGaps gaps_of(std::string_view request, const CallableTool& tool,
                 const boost::json::object& arguments);

// Does it begin with a question word: what, which, who, why, how?
bool asks_for_fact(std::string_view request);
// Does it ask how or why something is done, or what is best ("how do I", "should I")?
bool asks_for_advice(std::string_view request);

} // namespace outpost::agents
