#include "api/openai/input_items.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "api/openai/messages.h"

namespace outpost::api::openai {
namespace {

using Messages = std::vector<chat::Message>;

bool is_only_thought(const Messages& messages) {
  return !messages.empty() && messages.back().role == chat::Role::kAssistant &&
         messages.back().text.empty() && messages.back().tool_calls.empty() &&
         !messages.back().reasoning.empty();
}

void read_message_item(Fields& item, Messages& messages) {
  const std::string role = item.required_text("role");
  std::string content = read_content(item, "content");
  item.ignore({"phase"});
  if (role == "user") {
    messages.push_back(chat::user_message(std::move(content)));
  } else if (role == "assistant" && is_only_thought(messages)) {
    messages.back().text = std::move(content);
  } else if (role == "assistant") {
    messages.push_back(chat::assistant_message(std::move(content)));
  } else if (role == "system" || role == "developer") {
    messages.push_back(chat::system_message(std::move(content)));
  } else {
    item.mistake("role", "must be developer, system, user or assistant");
  }
}

// Calls that follow each other, or a text, belong to one turn of the assistant.
void read_call_item(Fields& item, Messages& messages) {
  chat::ToolCall call;
  call.id = item.required_text("call_id");
  call.name = item.required_text("name");
  call.arguments = item.required_text("arguments");
  if (!parse_body(call.arguments)) {
    item.mistake("arguments", "must be the text of a JSON object");
  }
  if (messages.empty() || messages.back().role != chat::Role::kAssistant) {
    messages.push_back(chat::assistant_message(""));
  }
  messages.back().tool_calls.push_back(std::move(call));
}

void read_output_item(Fields& item, Messages& messages) {
  chat::Message message;
  message.role = chat::Role::kTool;
  message.tool_call_id = item.required_text("call_id");
  message.text = read_content(item, "output");
  for (const chat::Message& before : messages) {
    for (const chat::ToolCall& call : before.tool_calls) {
      if (call.id == message.tool_call_id) message.tool_name = call.name;
    }
  }
  if (message.tool_name.empty()) item.mistake("call_id", "answers no call before it");
  message.label = chat::tool_label(message.tool_name);
  messages.push_back(std::move(message));
}

// What the turn that follows was thought over; the template decides whether that is read again.
void read_reasoning_item(Fields& item, Messages& messages) {
  item.ignore({"summary", "encrypted_content"});
  const boost::json::array* parts = item.array("content");
  if (parts == nullptr || parts->empty()) return;
  chat::Message turn = chat::assistant_message("");
  for (std::size_t i = 0; i < parts->size(); ++i) {
    const boost::json::object* object = (*parts)[i].if_object();
    if (object == nullptr) return item.mistake("content", "must hold parts that are objects");
    Fields part(*object, item.path_of(fmt::format("content[{}]", i)), item.mistakes());
    part.ignore({"type"});
    turn.reasoning += part.required_text("text");
  }
  messages.push_back(std::move(turn));
}

void read_item(Fields& item, Messages& messages) {
  const std::string type = item.text("type").value_or("message");
  item.ignore({"id", "status"});
  if (type == "message") {
    read_message_item(item, messages);
  } else if (type == "function_call") {
    read_call_item(item, messages);
  } else if (type == "function_call_output") {
    read_output_item(item, messages);
  } else if (type == "reasoning") {
    read_reasoning_item(item, messages);
  } else {
    item.mistake("type", fmt::format("is '{}', which is not supported here", type));
  }
}

} // namespace

void read_input(Fields& fields, Messages& messages) {
  const boost::json::value* value = fields.any("input");
  if (value != nullptr && value->is_string()) {
    messages.push_back(chat::user_message(std::string(value->get_string())));
    return;
  }
  const boost::json::array* array = value != nullptr ? value->if_array() : nullptr;
  if (array == nullptr || array->empty() || array->size() > kMessagesMax) {
    return fields.mistake("input", fmt::format("must be a string or 1 to {} items", kMessagesMax));
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    const boost::json::object* object = (*array)[i].if_object();
    if (object == nullptr) return fields.mistake("input", "must hold objects");
    Fields item(*object, fmt::format("input[{}]", i), fields.mistakes());
    read_item(item, messages);
  }
}

} // namespace outpost::api::openai
