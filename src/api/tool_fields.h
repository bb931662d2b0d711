// Tools as OpenAI and Ollama write them, and what all APIs demand of one.
#pragma once
#include <functional>
#include <string>

#include "api/fields.h"
#include "chat/chat.h"

namespace outpost::api {

inline constexpr std::size_t kToolsMax = 128;

// "tools": [{"type": "function", "function": {"name", "description", "parameters", "strict"}}]
void read_function_tools(Fields& fields, chat::Prompt& prompt);

// read(fields) makes the definition of each entry of "tools": objects, at most kToolsMax.
void read_tools(Fields& fields, chat::Prompt& prompt,
                const std::function<chat::ToolDefinition(Fields&)>& read);

// name, description, and the schema under `schema_key`, of an object with these fields.
chat::ToolDefinition read_tool_definition(Fields& fields, std::string_view schema_key);

// Only `name` may be called, and must be: the only tool that the model is told of. False when there
// is no such tool.
[[nodiscard]] bool require_tool(chat::Prompt& prompt, std::string_view name);

} // namespace outpost::api
