#include "api/tool_fields.h"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "chat/json_value.h"

namespace outpost::api {
namespace {

constexpr std::size_t kNameMax = 64;

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameMax && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

chat::ToolDefinition read_function_tool(Fields& fields) {
  if (fields.required_text("type") != "function") {
    fields.mistake("type", "must be \"function\"; no other tools are known here");
  }
  const boost::json::object* object = fields.object("function");
  if (object == nullptr) {
    fields.mistake("function", "is missing");
    return {};
  }
  Fields function(*object, fields.path_of("function"), fields.mistakes());
  return read_tool_definition(function, "parameters");
}

} // namespace

chat::ToolDefinition read_tool_definition(Fields& fields, std::string_view schema_key) {
  chat::ToolDefinition tool;
  tool.name = fields.required_text("name");
  if (!is_name(tool.name)) {
    fields.mistake("name", fmt::format("must be 1 to {} letters, digits, '_' or '-'", kNameMax));
  }
  tool.description = fields.text("description").value_or("");
  const boost::json::object* schema = fields.object(schema_key);
  tool.parameters =
      schema != nullptr ? chat::json_text(*schema) : R"({"type": "object", "properties": {}})";
  (void)fields.flag("strict"); // arguments are bound to their schema wherever calls are bound
  return tool;
}

void read_tools(Fields& fields, chat::Prompt& prompt,
                const std::function<chat::ToolDefinition(Fields&)>& read) {
  const boost::json::array* array = fields.array("tools");
  if (array == nullptr) return;
  if (array->size() > kToolsMax) {
    return fields.mistake("tools", fmt::format("has more than {} entries", kToolsMax));
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    const boost::json::object* object = (*array)[i].if_object();
    if (object == nullptr) return fields.mistake("tools", "must hold objects");
    Fields tool(*object, fmt::format("tools[{}]", i), fields.mistakes());
    prompt.tools.push_back(read(tool));
  }
}

void read_function_tools(Fields& fields, chat::Prompt& prompt) {
  read_tools(fields, prompt, read_function_tool);
}

bool require_tool(chat::Prompt& prompt, std::string_view name) {
  const auto found = std::ranges::find(prompt.tools, name, &chat::ToolDefinition::name);
  if (found == prompt.tools.end()) return false;
  prompt.tools = {chat::ToolDefinition(*found)};
  prompt.tool_choice = chat::ToolChoice::kRequired;
  return true;
}

} // namespace outpost::api
