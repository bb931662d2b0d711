#include "api/openai/messages.h"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "base/json_text.h"

namespace outpost::api::openai {
namespace {

chat::ToolCall read_call(Fields& call) {
  chat::ToolCall out;
  out.id = call.required_text("id");
  call.ignore({"type", "index"});
  if (const boost::json::object* function = call.object("function")) {
    Fields inner(*function, call.path_of("function"), call.mistakes());
    out.name = inner.required_text("name");
    out.arguments = inner.required_text("arguments");
    if (out.arguments.empty()) out.arguments = "{}";
    if (!parse_body(out.arguments)) {
      inner.mistake("arguments", "must be the text of a JSON object");
    }
  } else {
    call.mistake("function", "is missing");
  }
  return out;
}

std::vector<chat::ToolCall> read_calls(Fields& message) {
  std::vector<chat::ToolCall> calls;
  const boost::json::array* array = message.array("tool_calls");
  if (array == nullptr) return calls;
  for (std::size_t i = 0; i < array->size(); ++i) {
    const std::string path = message.path_of(fmt::format("tool_calls[{}]", i));
    const boost::json::object* object = (*array)[i].if_object();
    if (object == nullptr) {
      message.mistake("tool_calls", "must be an array of objects");
      break;
    }
    Fields call(*object, path, message.mistakes());
    calls.push_back(read_call(call));
  }
  return calls;
}

// The name of the tool whose call is answered: requests carry only the call's id.
std::string called_name(const std::vector<chat::Message>& before, const std::string& id) {
  for (auto message = before.rbegin(); message != before.rend(); ++message) {
    for (const chat::ToolCall& call : message->tool_calls) {
      if (call.id == id) return call.name;
    }
  }
  return {};
}

chat::Message read_tool_message(Fields& fields, const std::vector<chat::Message>& before) {
  chat::Message message;
  message.role = chat::Role::kTool;
  message.text = read_content(fields, "content");
  message.tool_call_id = fields.required_text("tool_call_id");
  const std::string given = fields.text("name").value_or("");
  message.tool_name = called_name(before, message.tool_call_id);
  if (message.tool_name.empty()) message.tool_name = given;
  if (message.tool_name.empty() && !message.tool_call_id.empty()) {
    fields.mistake("tool_call_id", "answers no call of an earlier message");
  }
  message.label = chat::tool_label(message.tool_name);
  return message;
}

chat::Message read_assistant_message(Fields& fields) {
  chat::Message message = chat::assistant_message(read_content(fields, "content"));
  message.tool_calls = read_calls(fields);
  message.reasoning = fields.text("reasoning_content").value_or("");
  // What clients send back of an answer as they keep it; the last one is LiteLLM's.
  fields.ignore({"refusal", "name", "annotations", "reasoning", "provider_specific_fields"});
  fields.refuse({"audio", "function_call"}, "is not supported; calls go into tool_calls");
  return message;
}

chat::Message read_message(Fields& fields, const std::vector<chat::Message>& before) {
  const std::string role = fields.required_text("role");
  if (role == "tool") return read_tool_message(fields, before);
  if (role == "assistant") return read_assistant_message(fields);
  if (role != "user" && role != "system" && role != "developer") {
    fields.mistake("role", "must be developer, system, user, assistant or tool");
  }
  fields.ignore({"name"}); // no chat template of the supported families renders it
  std::string content = read_content(fields, "content");
  return role == "user" ? chat::user_message(std::move(content))
                        : chat::system_message(std::move(content));
}

} // namespace

std::string read_content(Fields& fields, std::string_view key) {
  const boost::json::value* value = fields.any(key);
  if (value == nullptr) return {};
  if (value->is_string()) return std::string(value->get_string());
  const boost::json::array* parts = value->if_array();
  if (parts == nullptr) {
    fields.mistake(key, "must be a string or an array of parts");
    return {};
  }
  std::string text;
  for (std::size_t i = 0; i < parts->size(); ++i) {
    const boost::json::object* object = (*parts)[i].if_object();
    if (object == nullptr) {
      fields.mistake(key, "must hold parts that are objects");
      break;
    }
    Fields part(*object, fields.path_of(fmt::format("{}[{}]", key, i)), fields.mistakes());
    const std::string type = part.required_text("type");
    if (type != "text" && type != "input_text" && type != "output_text") {
      part.mistake("type", fmt::format("is '{}': this server reads text only", type));
    }
    text += part.required_text("text");
    part.ignore({"annotations", "logprobs", "cache_control"});
  }
  return text;
}

std::vector<chat::Message> read_messages(Fields& fields) {
  std::vector<chat::Message> messages;
  const boost::json::array* array = fields.array("messages");
  if (array == nullptr || array->empty() || array->size() > kMessagesMax) {
    fields.mistake("messages", fmt::format("must be an array of 1 to {} messages", kMessagesMax));
    return messages;
  }
  messages.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) {
    const boost::json::object* object = (*array)[i].if_object();
    if (object == nullptr) {
      fields.mistake("messages", "must hold objects");
      break;
    }
    Fields message(*object, fmt::format("messages[{}]", i), fields.mistakes());
    messages.push_back(read_message(message, messages));
  }
  return messages;
}

namespace {

std::string call_json(const chat::ToolCall& call, const std::size_t* index) {
  JsonObject function;
  function.add("name", call.name);
  function.add("arguments", call.arguments);
  JsonObject out;
  if (index != nullptr) out.add("index", *index);
  out.add("id", call.id);
  out.add("type", "function");
  out.add_raw("function", function.text());
  return out.text();
}

} // namespace

std::string calls_json(const std::vector<chat::ToolCall>& calls) {
  JsonArray out;
  for (const chat::ToolCall& call : calls) out.add_raw(call_json(call, nullptr));
  return out.text();
}

std::string call_delta_json(std::size_t index, const chat::ToolCall& call) {
  return call_json(call, &index);
}

std::string call_piece_json(std::size_t index, std::string_view arguments) {
  JsonObject function;
  function.add("arguments", arguments);
  JsonObject out;
  out.add("index", index);
  out.add_raw("function", function.text());
  return out.text();
}

} // namespace outpost::api::openai
