// The form that a slot's description shows for its text: "YYYY-MM-DD", "HH:MM", "City, State", an
// example such as 'Austin, TX'. A draft held to it cannot miss it.
#pragma once
#include <optional>
#include <string>

#include "agents/calling/tool_schema.h"

namespace outpost::agents {

// A regular expression (of llguidance's kind) for the whole text; none when no form is shown. Text
// slots without choices only.
std::optional<std::string> text_form(const SlotSchema& slot);

// Of a slot for a town and its state or country: what may stand behind ", ".
struct RegionForm {
  std::string form;      // likewise
  bool is_short = false; // a state by its two letters
};
std::optional<RegionForm> region_form(const SlotSchema& slot);

} // namespace outpost::agents
