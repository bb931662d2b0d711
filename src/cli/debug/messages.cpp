#include "cli/debug/messages.h"

#include <fmt/format.h>

#include "chat/json_value.h"

namespace outpost::cli {
namespace {

namespace json = boost::json;

// The text of a member; empty when it is not there or null.
Result<std::string> text_member(const json::object& object, const char* key,
                                std::string_view where) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return std::string();
  if (!value->is_string()) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{}: '{}' is not a text", where, key));
  }
  return std::string(value->get_string());
}

// An object as JSON text: given as an object, or as a text that holds one.
std::string object_text(const json::value* value) {
  if (value == nullptr) return "{}";
  return value->is_string() ? std::string(value->get_string()) : chat::json_text(*value);
}

// {"type": "function", "function": {..}} or the inner object alone.
const json::object* function_of(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return nullptr;
  const json::value* function = object->if_contains("function");
  return function != nullptr ? function->if_object() : object;
}

Result<chat::ToolCall> read_call(const json::value& value, const std::string& where) {
  const json::object* function = function_of(value);
  if (function == nullptr) {
    return fail(ErrorCode::kInvalidArgument, where + ": a tool call is not an object");
  }
  chat::ToolCall call;
  OUTPOST_TRY(call.id, text_member(value.get_object(), "id", where));
  OUTPOST_TRY(call.name, text_member(*function, "name", where));
  call.arguments = object_text(function->if_contains("arguments"));
  return call;
}

Result<chat::Message> read_message(const json::value& value, const std::string& where) {
  const json::object* object = value.if_object();
  if (object == nullptr) return fail(ErrorCode::kInvalidArgument, where + " is not an object");
  chat::Message message;
  OUTPOST_TRY(const std::string role, text_member(*object, "role", where));
  const auto known = chat::parse_role(role);
  if (!known) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{}: unknown role '{}'", where, role),
                "roles are system, user, assistant and tool");
  }
  message.role = *known;
  OUTPOST_TRY(message.text, text_member(*object, "content", where));
  OUTPOST_TRY(message.tool_call_id, text_member(*object, "tool_call_id", where));
  OUTPOST_TRY(message.tool_name, text_member(*object, "name", where));
  if (const json::value* calls = object->if_contains("tool_calls"); calls != nullptr) {
    if (!calls->is_array()) {
      return fail(ErrorCode::kInvalidArgument, where + ": 'tool_calls' is not an array");
    }
    for (const json::value& call : calls->get_array()) {
      OUTPOST_TRY(chat::ToolCall read, read_call(call, where));
      message.tool_calls.push_back(std::move(read));
    }
  }
  return message;
}

Result<chat::ToolDefinition> read_tool(const json::value& value, const std::string& where) {
  const json::object* function = function_of(value);
  if (function == nullptr) return fail(ErrorCode::kInvalidArgument, where + " is not an object");
  chat::ToolDefinition tool;
  OUTPOST_TRY(tool.name, text_member(*function, "name", where));
  if (tool.name.empty()) return fail(ErrorCode::kInvalidArgument, where + " has no name");
  OUTPOST_TRY(tool.description, text_member(*function, "description", where));
  tool.parameters = object_text(function->if_contains("parameters"));
  return tool;
}

template <class Item, class Read>
Result<std::vector<Item>> read_array(const json::value& value, const char* what, Read&& read) {
  const json::array* array = value.if_array();
  if (array == nullptr) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("the {}s are not a JSON array", what));
  }
  std::vector<Item> items;
  for (const json::value& entry : *array) {
    OUTPOST_TRY(Item item, read(entry, fmt::format("{} {}", what, items.size() + 1)));
    items.push_back(std::move(item));
  }
  return items;
}

} // namespace

Result<std::vector<chat::Message>> read_messages(const json::value& value) {
  return read_array<chat::Message>(value, "message", read_message);
}

Result<std::vector<chat::ToolDefinition>> read_tools(const json::value& value) {
  return read_array<chat::ToolDefinition>(value, "tool", read_tool);
}

} // namespace outpost::cli
