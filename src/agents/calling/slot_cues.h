// What the words of a request say outright about slots, without a model: "base of 10" names the
// slot `base`, a date goes where a date is asked for, a choice that stands in the request is meant,
// "including tax" sets include_tax. What they say overrules a draft.
#pragma once
#include <set>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "agents/calling/request_outline.h"
#include "agents/calling/tool_schema.h"

namespace outpost::agents {

// How strongly the words around a value name the slot: 1 when the word just before it is the slot's
// name, less with distance, 0 when none is near. `shared`: stems that other slots' names have, too.
double cue(const SlotSchema& slot, const OutlinedValue& value, std::string_view request,
           const std::set<std::string>& shared);

// Puts values that the request names outright into their slots. `outline` says which values calls
// before have used: those are not taken again. A draft that the request has too stands where
// `keeps_founded` says so.
void apply_cues(const CallableTool& tool, std::string_view request, const RequestOutline& outline,
                bool keeps_founded, boost::json::object& arguments);

} // namespace outpost::agents
