// The variables of a chat template, as one JSON text: messages, tools, and the rest. JSON that came
// as text (arguments, schemas) goes in as it is, so that numbers and order stay what they were.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/result.h"
#include "chat/chat.h"

namespace outpost::prompt {

// kInvalidArgument with the parser's words. Nested at most `depth_max` deep.
Result<boost::json::value> parse_json(std::string_view text, std::size_t depth_max);

// A JSON string with its quotes.
std::string json_quoted(std::string_view text);

// "[{"role": .., "content": ..}, ..]". Arguments that are not a JSON object go in as a string.
std::string messages_json(std::span<const chat::Message> messages);

// "[{"type": "function", "function": {..}}, ..]", or "null" without tools. kInvalidArgument names
// the tool whose parameters are not JSON.
Result<std::string> tools_json(std::span<const chat::ToolDefinition> tools);

} // namespace outpost::prompt
