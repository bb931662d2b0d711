#include "prompt/prompt_json.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace outpost::prompt {
namespace {

namespace json = boost::json;

constexpr std::size_t kDepthMax = 64;

bool is_json_object(const std::string& text) {
  const auto value = parse_json(text, kDepthMax);
  return value && value->is_object();
}

std::string call_json(const chat::ToolCall& call) {
  return fmt::format(
      R"({{"id": {}, "type": "function", "function": {{"name": {}, "arguments": {}}}}})",
      json_quoted(call.id), json_quoted(call.name),
      is_json_object(call.arguments) ? call.arguments : json_quoted(call.arguments));
}

std::string message_json(const chat::Message& message) {
  std::string text = fmt::format(R"({{"role": {}, "content": {})",
                                 json_quoted(to_string(message.role)), json_quoted(message.text));
  if (!message.tool_calls.empty()) {
    std::string calls;
    for (const auto& call : message.tool_calls) {
      calls += (calls.empty() ? "" : ", ") + call_json(call);
    }
    text += R"(, "tool_calls": [)" + calls + "]";
  }
  if (message.role == chat::Role::kTool) {
    text += fmt::format(R"(, "tool_call_id": {}, "name": {})", json_quoted(message.tool_call_id),
                        json_quoted(message.tool_name));
  }
  return text + "}";
}

} // namespace

Result<json::value> parse_json(std::string_view text, std::size_t depth_max) {
  json::parse_options options;
  options.max_depth = depth_max;
  json::error_code error;
  json::value value = json::parse(text, error, {}, options);
  if (error) return fail(ErrorCode::kInvalidArgument, error.message());
  return value;
}

std::string json_quoted(std::string_view text) { return json::serialize(json::string(text)); }

std::string messages_json(std::span<const chat::Message> messages) {
  std::string text;
  for (const auto& message : messages) {
    text += (text.empty() ? "" : ", ") + message_json(message);
  }
  return "[" + text + "]";
}

Result<std::string> tools_json(std::span<const chat::ToolDefinition> tools) {
  if (tools.empty()) return "null";
  std::string text;
  for (const auto& tool : tools) {
    const std::string parameters = tool.parameters.empty() ? "{}" : tool.parameters;
    if (!is_json_object(parameters)) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("the parameters of tool '{}' are not a JSON object", tool.name),
                  "give a JSON Schema of type object");
    }
    text += fmt::format(
        R"({}{{"type": "function", "function": {{"name": {}, "description": {}, "parameters": {}}}}})",
        text.empty() ? "" : ", ", json_quoted(tool.name), json_quoted(tool.description),
        parameters);
  }
  return "[" + text + "]";
}

} // namespace outpost::prompt
