// One spelling for one value: object members sorted by their key, no white space. What digests of
// definitions are made over.
#pragma once
#include <string>

#include <boost/json.hpp>

namespace outpost::mcp {

// REQUIRES: `value` came from parse_json, whose depth limit bounds the recursion.
std::string canonical_json(const boost::json::value& value);

} // namespace outpost::mcp
