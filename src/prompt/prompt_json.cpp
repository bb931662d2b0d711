#include "prompt/prompt_json.h"

#include <fmt/format.h>

#include "base/json_text.h"
#include "chat/json_value.h"

namespace outpost::prompt {
namespace {

constexpr chat::JsonLimits kLimits = {.bytes = 16U << 20U, .depth = 64};

bool is_json_object(const std::string& text) {
  const auto value = chat::parse_json(text, kLimits);
  return value && value->is_object();
}

std::string call_json(const chat::ToolCall& call) {
  return fmt::format(
      R"({{"id": {}, "type": "function", "function": {{"name": {}, "arguments": {}}}}})",
      json_string(call.id), json_string(call.name),
      is_json_object(call.arguments) ? call.arguments : json_string(call.arguments));
}

std::string message_json(const chat::Message& message) {
  std::string text = fmt::format(R"({{"role": {}, "content": {})",
                                 json_string(to_string(message.role)), json_string(message.text));
  if (!message.reasoning.empty()) {
    text += R"(, "reasoning_content": )" + json_string(message.reasoning);
  }
  if (!message.tool_calls.empty()) {
    std::string calls;
    for (const auto& call : message.tool_calls) {
      calls += (calls.empty() ? "" : ", ") + call_json(call);
    }
    text += R"(, "tool_calls": [)" + calls + "]";
  }
  if (message.role == chat::Role::kTool) {
    text += fmt::format(R"(, "tool_call_id": {}, "name": {})", json_string(message.tool_call_id),
                        json_string(message.tool_name));
  }
  return text + "}";
}

} // namespace

std::string messages_json(std::span<const chat::Message> messages) {
  std::string text;
  for (const auto& message : messages) {
    text += (text.empty() ? "" : ", ") + message_json(message);
  }
  return "[" + text + "]";
}

std::string parameters_of(const chat::ToolDefinition& tool) {
  return tool.parameters.empty() ? R"({"type": "object", "properties": {}})" : tool.parameters;
}

std::string definition_json(const chat::ToolDefinition& tool) {
  return fmt::format(
      R"({{"type": "function", "function": {{"name": {}, "description": {}, "parameters": {}}}}})",
      json_string(tool.name), json_string(tool.description), parameters_of(tool));
}

Result<std::string> tools_json(std::span<const chat::ToolDefinition> tools) {
  if (tools.empty()) return "null";
  std::string text;
  for (const auto& tool : tools) {
    if (!tool.parameters.empty() && !is_json_object(tool.parameters)) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("the parameters of tool '{}' are not a JSON object", tool.name),
                  "give a JSON Schema of type object");
    }
    text += (text.empty() ? "" : ", ") + definition_json(tool);
  }
  return "[" + text + "]";
}

} // namespace outpost::prompt
