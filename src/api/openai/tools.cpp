#include "api/openai/tools.h"

#include <algorithm>

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "chat/json_value.h"

namespace outpost::api::openai {
namespace {

constexpr std::size_t kNameMax = 64;

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameMax && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

chat::ToolDefinition read_function(Fields& function) {
  chat::ToolDefinition tool;
  tool.name = function.required_text("name");
  if (!is_name(tool.name)) {
    function.mistake("name", fmt::format("must be 1 to {} letters, digits, '_' or '-'", kNameMax));
  }
  tool.description = function.text("description").value_or("");
  const boost::json::object* parameters = function.object("parameters");
  tool.parameters = parameters != nullptr ? chat::json_text(*parameters)
                                          : R"({"type": "object", "properties": {}})";
  (void)function.flag("strict"); // arguments are bound to their schema wherever calls are bound
  return tool;
}

// {"type": "function", "function": {...}}
chat::ToolDefinition read_tool(Fields& fields) {
  if (fields.required_text("type") != "function") {
    fields.mistake("type", "must be \"function\"; no other tools are known here");
  }
  const boost::json::object* object = fields.object("function");
  if (object == nullptr) {
    fields.mistake("function", "is missing");
    return {};
  }
  Fields function(*object, fields.path_of("function"), fields.mistakes());
  return read_function(function);
}

void read_tool_list(Fields& fields, chat::Prompt& prompt) {
  const boost::json::array* array = fields.array("tools");
  if (array == nullptr) return;
  if (array->size() > kToolsMax) {
    return fields.mistake("tools", fmt::format("has more than {} entries", kToolsMax));
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    const boost::json::object* object = (*array)[i].if_object();
    if (object == nullptr) return fields.mistake("tools", "must hold objects");
    Fields tool(*object, fmt::format("tools[{}]", i), fields.mistakes());
    prompt.tools.push_back(read_tool(tool));
  }
}

// The only tool that may be called is the only one the model is told of.
void require_only(Fields& fields, chat::Prompt& prompt, const std::string& name) {
  const auto found = std::ranges::find(prompt.tools, name, &chat::ToolDefinition::name);
  if (found == prompt.tools.end()) {
    return fields.mistake("tool_choice", fmt::format("names '{}', which is not in tools", name));
  }
  prompt.tools = {*found};
  prompt.tool_choice = chat::ToolChoice::kRequired;
}

void read_named_choice(Fields& fields, const boost::json::object& object, chat::Prompt& prompt) {
  Fields choice(object, "tool_choice", fields.mistakes());
  if (choice.required_text("type") != "function") {
    choice.mistake("type", "must be \"function\"");
  }
  const boost::json::object* function = choice.object("function");
  if (function == nullptr) return choice.mistake("function", "is missing");
  Fields inner(*function, "tool_choice.function", fields.mistakes());
  require_only(fields, prompt, inner.required_text("name"));
}

void read_choice(Fields& fields, chat::Prompt& prompt) {
  const boost::json::value* value = fields.any("tool_choice");
  if (value == nullptr) return;
  if (value->is_object()) return read_named_choice(fields, value->get_object(), prompt);
  const std::string_view word = value->is_string() ? value->get_string() : std::string_view();
  if (word == "none") {
    prompt.tool_choice = chat::ToolChoice::kNone;
  } else if (word == "required") {
    prompt.tool_choice = chat::ToolChoice::kRequired;
    if (prompt.tools.empty()) fields.mistake("tool_choice", "is \"required\", but tools has none");
  } else if (word != "auto") {
    fields.mistake("tool_choice", "must be auto, none, required or name one function");
  }
}

} // namespace

grammar::GrammarSpec json_object_grammar() {
  grammar::GrammarSpec spec;
  spec.text = R"({"type": "object"})";
  return spec;
}

void read_tools(Fields& fields, chat::Prompt& prompt) {
  read_tool_list(fields, prompt);
  read_choice(fields, prompt);
}

void read_schema(Fields& format, chat::ChatRequest& request) {
  const boost::json::object* schema = format.object("schema");
  if (schema == nullptr) return format.mistake("schema", "is missing");
  request.constraint.emplace().text = chat::json_text(*schema);
}

void read_response_format(Fields& fields, chat::ChatRequest& request) {
  const boost::json::object* object = fields.object("response_format");
  if (object == nullptr) return;
  Fields format(*object, "response_format", fields.mistakes());
  const std::string type = format.required_text("type");
  if (type == "text") return;
  if (type == "json_object") {
    request.constraint = json_object_grammar();
  } else if (type == "json_schema") {
    const boost::json::object* inner = format.object("json_schema");
    if (inner == nullptr) return format.mistake("json_schema", "is missing");
    Fields schema(*inner, "response_format.json_schema", fields.mistakes());
    schema.ignore({"name", "description"});
    (void)schema.flag("strict"); // an answer is bound to its schema either way
    read_schema(schema, request);
  } else {
    format.mistake("type", "must be text, json_object or json_schema");
  }
  const chat::Prompt& prompt = request.prompt;
  if (!prompt.tools.empty() && prompt.tool_choice != chat::ToolChoice::kNone) {
    fields.mistake("response_format",
                   "cannot be combined with tools that may be called; set tool_choice to none");
  }
}

} // namespace outpost::api::openai
