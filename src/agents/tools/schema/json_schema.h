// Do these arguments hold under a JSON Schema? For tools whose schema somebody else wrote (MCP,
// code). The part of JSON Schema 2020-12 that tools use: type, enum, const, properties, required,
// additionalProperties, items, the bounds of numbers, lengths and counts, anyOf, oneOf, allOf, not,
// $ref within the document. Keywords beyond it say nothing here (the tool itself is the last
// judge); patterns that are no regular language are not judged either. Unlike JSON Schema's own
// rule, arguments that are not declared are refused unless `additionalProperties` lets them in.
#pragma once
#include <string_view>

#include <boost/json.hpp>

#include "base/result.h"

namespace outpost::agents {

// kInvalidArgument says where and what was expected; kLimitExceeded for a schema that takes more
// than a bounded number of steps; kUnsupported and kCorruptData when `schema` is none.
Status check_against_schema(std::string_view schema, const boost::json::value& value);

} // namespace outpost::agents
