#include "api/openai/tools.h"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "api/tool_fields.h"
#include "chat/json_value.h"

namespace outpost::api::openai {
namespace {

void read_named_choice(Fields& fields, const boost::json::object& object, chat::Prompt& prompt) {
  Fields choice(object, "tool_choice", fields.mistakes());
  if (choice.required_text("type") != "function") {
    choice.mistake("type", "must be \"function\"");
  }
  const boost::json::object* function = choice.object("function");
  if (function == nullptr) return choice.mistake("function", "is missing");
  Fields inner(*function, "tool_choice.function", fields.mistakes());
  const std::string name = inner.required_text("name");
  if (!require_tool(prompt, name)) {
    fields.mistake("tool_choice", fmt::format("names '{}', which is not in tools", name));
  }
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

void read_tools_and_choice(Fields& fields, chat::Prompt& prompt) {
  read_function_tools(fields, prompt);
  read_choice(fields, prompt);
  // Ours: calls as the model's own template has them, whatever its profile says.
  prompt.generates_calls = fields.flag("generate_tool_calls").value_or(false);
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
}

} // namespace outpost::api::openai
