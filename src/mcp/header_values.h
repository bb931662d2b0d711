// Arguments that an MCP server wants repeated in HTTP header fields (`x-mcp-header`, revision
// 2026-07-28, "Custom headers from tool parameters"), and how values are written there.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "base/result.h"

namespace outpost::mcp {

// The fields of a call with these arguments: "Mcp-Param-Region", "us-west1". kInvalidArgument when
// a mark in the schema is against the rules, which makes the definition invalid.
Result<std::vector<std::pair<std::string, std::string>>>
header_values(std::string_view input_schema, const boost::json::object& arguments);

// As is where it is plain visible ASCII, else "=?base64?...?=".
std::string header_text(std::string_view value);

} // namespace outpost::mcp
