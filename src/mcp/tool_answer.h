// What an MCP tool returned, as words and as a value.
#pragma once
#include <string>

#include <boost/json.hpp>

#include "base/result.h"

namespace outpost::mcp {

struct ToolAnswer {
  bool is_error = false;
  std::string text;              // of its text parts; others are named: "[image, image/png]"
  boost::json::value structured; // null when there is none
};

// kCorruptData when it has neither content nor structured content of the right form.
Result<ToolAnswer> read_tool_answer(const boost::json::object& result);

} // namespace outpost::mcp
