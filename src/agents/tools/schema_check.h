// Do arguments hold under a JSON Schema that somebody else wrote? The keywords that tools use:
// type, enum, const, properties, required, additionalProperties, items, bounds of numbers, lengths
// and counts. Others (pattern, format, anyOf, $ref) are left to the tool itself. Unknown arguments
// are refused unless the schema lets them in by name of `additionalProperties`.
#pragma once
#include <string_view>

#include <boost/json.hpp>

#include "base/result.h"

namespace outpost::agents {

// kInvalidArgument with the place ("rows[2].name"), the value and what was expected;
// kUnsupported: the schema is no JSON object or deeper than kSchemaDepthMax.
inline constexpr int kSchemaDepthMax = 16;
Status check_schema(std::string_view schema, const boost::json::object& arguments);

} // namespace outpost::agents
