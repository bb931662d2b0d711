#include "api/anthropic/messages.h"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "chat/json_value.h"

namespace outpost::api::anthropic {
namespace {

constexpr std::size_t kMessagesMax = 4096;

// Calls `read` with each block of a field that is a string or an array of blocks; a string is one
// text block.
template <class ReadText, class ReadBlock>
void for_each_block(Fields& fields, std::string_view key, ReadText read_text,
                    ReadBlock read_block) {
  const boost::json::value* value = fields.any(key);
  if (value == nullptr) return;
  if (value->is_string()) return read_text(std::string(value->get_string()));
  const boost::json::array* blocks = value->if_array();
  if (blocks == nullptr) return fields.mistake(key, "must be a string or an array of blocks");
  for (std::size_t i = 0; i < blocks->size(); ++i) {
    const boost::json::object* object = (*blocks)[i].if_object();
    if (object == nullptr) return fields.mistake(key, "must hold blocks that are objects");
    Fields block(*object, fields.path_of(fmt::format("{}[{}]", key, i)), fields.mistakes());
    block.ignore({"cache_control", "citations"}); // prefixes are always cached
    const std::string type = block.required_text("type");
    if (type == "text") {
      read_text(block.required_text("text"));
    } else {
      read_block(type, block);
    }
  }
}

std::string read_text_only(Fields& fields, std::string_view key) {
  std::string text;
  for_each_block(
      fields, key, [&](const std::string& piece) { text += piece; },
      [](const std::string& type, Fields& block) {
        block.mistake("type", fmt::format("is '{}': this server reads text only", type));
      });
  return text;
}

// Reads the blocks of one message; what becomes messages of their own goes out at once.
class MessageReader {
public:
  MessageReader(chat::Role role, chat::Prompt& prompt) : role_(role), prompt_(prompt) {}

  void read(Fields& fields) {
    for_each_block(
        fields, "content", [&](const std::string& piece) { text_ += piece; },
        [&](const std::string& type, Fields& block) { read_block(type, block); });
    if (text_.empty() && calls_.empty() && has_results_) return;
    chat::Message message =
        role_ == chat::Role::kUser ? chat::user_message(text_) : chat::assistant_message(text_);
    message.tool_calls = std::move(calls_);
    message.reasoning = std::move(reasoning_);
    prompt_.messages.push_back(std::move(message));
  }

private:
  void read_block(const std::string& type, Fields& block) {
    if (type == "tool_use" && role_ == chat::Role::kAssistant) {
      read_call(block);
    } else if (type == "tool_result" && role_ == chat::Role::kUser) {
      read_result(block);
    } else if (type == "thinking" && role_ == chat::Role::kAssistant) {
      reasoning_ += block.required_text("thinking"); // the template decides whether it is read
      block.ignore({"signature"});
    } else if (type == "redacted_thinking") {
      block.ignore({"data"}); // of another server: nobody here can read it
    } else {
      block.mistake("type", fmt::format("is '{}', which is not supported here", type));
    }
  }

  void read_call(Fields& block) {
    const std::string id = block.required_text("id");
    const std::string name = block.required_text("name");
    const boost::json::object* input = block.object("input");
    block.ignore({"caller"});
    calls_.push_back({id, name, input != nullptr ? chat::json_text(*input) : "{}"});
  }

  void read_result(Fields& block) {
    chat::Message message;
    message.role = chat::Role::kTool;
    message.tool_call_id = block.required_text("tool_use_id");
    message.tool_name = called_name(message.tool_call_id);
    if (message.tool_name.empty()) block.mistake("tool_use_id", "answers no call before it");
    message.text = read_text_only(block, "content");
    if (block.flag("is_error").value_or(false)) message.text = "Error: " + message.text;
    message.label = chat::tool_label(message.tool_name);
    prompt_.messages.push_back(std::move(message));
    has_results_ = true;
  }

  [[nodiscard]] std::string called_name(const std::string& id) const {
    for (const chat::Message& message : prompt_.messages) {
      for (const chat::ToolCall& call : message.tool_calls) {
        if (call.id == id) return call.name;
      }
    }
    return {};
  }

  chat::Role role_;
  chat::Prompt& prompt_;
  std::string text_;
  std::string reasoning_;
  std::vector<chat::ToolCall> calls_;
  bool has_results_ = false;
};

} // namespace

void read_messages(Fields& fields, chat::Prompt& prompt) {
  const std::string system = read_text_only(fields, "system");
  if (!system.empty()) prompt.messages.push_back(chat::system_message(system));
  const boost::json::array* array = fields.array("messages");
  if (array == nullptr || array->empty() || array->size() > kMessagesMax) {
    return fields.mistake("messages", fmt::format("must be 1 to {} messages", kMessagesMax));
  }
  for (std::size_t i = 0; i < array->size(); ++i) {
    const boost::json::object* object = (*array)[i].if_object();
    if (object == nullptr) return fields.mistake("messages", "must hold objects");
    Fields message(*object, fmt::format("messages[{}]", i), fields.mistakes());
    const std::string role = message.required_text("role");
    if (role != "user" && role != "assistant") {
      message.mistake("role", "must be user or assistant");
    }
    if (message.any("content") == nullptr) message.mistake("content", "is missing");
    MessageReader reader(role == "assistant" ? chat::Role::kAssistant : chat::Role::kUser, prompt);
    reader.read(message);
  }
  const chat::Message& last = prompt.messages.back();
  if (last.role == chat::Role::kAssistant && last.tool_calls.empty()) {
    prompt.text = last.text;
    prompt.messages.pop_back();
  }
}

} // namespace outpost::api::anthropic
