// Choices of a list that a request names: "the opening, the closing and the highest price". Where
// it names several for a slot that takes one, each wants a call.
#pragma once
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "agents/calling/tool_schema.h"

namespace outpost::agents {

// The slot's choices that stand in the request as whole words, in the schema's order; of two of
// which one has the other in it, the longer. Numbers, "all", "any" and the like are none, nor is
// one that is named to be left ("not", "instead of", "than").
std::vector<boost::json::value> named_choices(const SlotSchema& slot, std::string_view request);

// The choices of a list's items that the request names in whatever form ("strength and weakness"
// for "strengths", "weaknesses"), but for those that it leaves out, and those of the draft of which
// it has a word, in the order of their places. Empty where it names none.
boost::json::array named_items(const SlotSchema& slot, std::string_view request,
                               const boost::json::value& drafted);

// The arguments of the calls that the request asks for beside `arguments`: those with each of the
// other named choices of a slot whose value is one of several. Slots that share their choices with
// another are left out: "from Celsius to Fahrenheit" is one call. At most `most`.
std::vector<boost::json::object> spread_choices(const CallableTool& tool, std::string_view request,
                                                const boost::json::object& arguments,
                                                std::size_t most);

} // namespace outpost::agents
