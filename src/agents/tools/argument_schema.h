// Are these arguments what the tool's schema says?
#pragma once
#include <string>

#include <boost/json.hpp>

#include "agents/spec/tool.h"
#include "base/result.h"

namespace outpost::agents {

// kInvalidArgument with the value received and what was expected.
Status check_value(const ValueKind& kind, std::string_view name, const boost::json::value& value);

// Every compulsory argument is there, every argument is known, every value is of its kind.
Status check_arguments(const Tool& tool, const boost::json::object& arguments);

// Something, one '@', a domain with a dot; the letters, digits and signs that addresses are made of
// (RFC 5321's dot-string). Whether it exists nobody can tell from its looks.
bool is_email(std::string_view text);

} // namespace outpost::agents
