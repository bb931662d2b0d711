// Rules of an agent file against a request, by words alone: no model, microseconds.
#pragma once
#include <vector>

#include "agents/call/mention.h"
#include "agents/spec/rules_section.h"

namespace outpost::agents {

// Does the request fit the rule? Values count as their kind: any order number is like any other.
bool fits_rule(const ReflexRule& rule, const Text& text, const std::vector<Mention>& mentions,
               const Recognisers& recognisers);

// Can the tool be called with what is in the request and nothing else: each value that it needs is
// there once and clearly, and nothing has to be put into words?
bool has_all_values(const Tool& tool, const std::vector<Mention>& mentions);

} // namespace outpost::agents
