// A tool as an MCP server describes it: words of a stranger, checked for form, bounded, and reduced
// to a digest, so that a later change cannot pass unseen.
#pragma once
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "base/result.h"

namespace outpost::mcp {

struct ToolDefinition {
  std::string name;
  std::string description;
  std::string input_schema; // canonical JSON text of an object's schema
  std::string digest;       // SHA-256 over the canonical JSON of everything the server said of it
  std::string text;         // that JSON
  std::vector<std::string> warnings; // why a person should look at it before a model does
};

// kInvalidArgument says what is wrong: a name against the rules, no schema of an object, a schema
// that is too deep or points outside itself, texts beyond the limits.
Result<ToolDefinition> read_tool_definition(const boost::json::value& value);

// What in `text` is hidden from a reader or speaks to a model instead: control and invisible
// characters (zero width, bidirectional overrides, tags), phrases of known poisonings. A sign, no
// proof, in either direction.
std::vector<std::string> suspicious_signs(std::string_view text);

} // namespace outpost::mcp
