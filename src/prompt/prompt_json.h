// The variables of a chat template, as one JSON text: messages, tools, and the rest. JSON that came
// as text (arguments, schemas) goes in as it is, so that numbers and order stay what they were.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "chat/chat.h"

namespace outpost::prompt {

// "[{"role": .., "content": ..}, ..]". Arguments that are not a JSON object go in as a string.
std::string messages_json(std::span<const chat::Message> messages);

// The schema of the tool's arguments, as text; one of no arguments where the tool gives none.
std::string parameters_of(const chat::ToolDefinition& tool);

// The tool as its JSON Schema definition, in the form most templates were trained on.
std::string definition_json(const chat::ToolDefinition& tool);

// "[{"type": "function", "function": {..}}, ..]", or "null" without tools. kInvalidArgument names
// the tool whose parameters are not JSON.
Result<std::string> tools_json(std::span<const chat::ToolDefinition> tools);

} // namespace outpost::prompt
