#include "prompt/adapted_messages.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace outpost::prompt {
namespace {

using chat::Message;
using chat::Role;
using Messages = std::vector<Message>;

// What a template's text shows that it knows.
class Knowledge {
public:
  explicit Knowledge(std::string_view source) : source_(source) {}
  [[nodiscard]] bool tools() const { return has("tools"); }
  [[nodiscard]] bool calls() const { return has("tool_calls"); }
  [[nodiscard]] bool results() const {
    return has("tool_response") || has("'tool'") || has("\"tool\"");
  }
  [[nodiscard]] bool instructions() const { return !has("System role not supported"); }
  [[nodiscard]] bool one_call_only() const { return has("single tool-call"); }
  [[nodiscard]] bool wants_alternation() const { return has("must alternate"); }

private:
  [[nodiscard]] bool has(std::string_view word) const {
    return source_.find(word) != std::string_view::npos;
  }
  std::string_view source_;
};

void append(std::string& text, std::string_view more) {
  if (!text.empty() && !more.empty()) text += "\n\n";
  text += more;
}

void introduce_tools(const chat::Prompt& prompt, ToolFormat format, Messages& messages) {
  if (messages.empty() || messages.front().role != Role::kSystem) {
    messages.insert(messages.begin(), chat::system_message(""));
  }
  append(messages.front().text, tools_text(format, prompt.tools));
}

void write_calls(ToolFormat format, Messages& messages) {
  for (Message& message : messages) {
    if (message.tool_calls.empty()) continue;
    if (!message.text.empty()) message.text += '\n';
    message.text += calls_text(format, message.tool_calls);
    message.tool_calls.clear();
  }
}

// Neighbouring results share a turn, as they do where templates know them.
void write_results(ToolFormat format, Messages& messages) {
  Messages out;
  bool follows_result = false;
  for (Message& message : messages) {
    const bool is_result = message.role == Role::kTool;
    if (is_result) {
      message.text = result_text(format, message.text);
      message.role = Role::kUser;
    }
    if (is_result && follows_result) {
      out.back().text += "\n" + message.text;
    } else {
      out.push_back(std::move(message));
    }
    follows_result = is_result;
  }
  messages = std::move(out);
}

// Each call in a turn of its own, before its own result.
void split_calls(Messages& messages) {
  Messages out;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].tool_calls.size() < 2) {
      out.push_back(std::move(messages[i]));
      continue;
    }
    auto calls = std::exchange(messages[i].tool_calls, {});
    std::size_t end = i + 1;
    while (end < messages.size() && messages[end].role == Role::kTool) ++end;
    for (std::size_t n = 0; n < calls.size(); ++n) {
      Message turn = n == 0 ? std::move(messages[i]) : chat::assistant_message("");
      const std::string id = calls[n].id;
      turn.tool_calls = {std::move(calls[n])};
      out.push_back(std::move(turn));
      for (std::size_t result = i + 1; result < end; ++result) {
        const bool is_due = messages[result].role == Role::kTool;
        if (is_due && messages[result].tool_call_id == id) {
          out.push_back(std::exchange(messages[result], {}));
        }
      }
    }
    for (std::size_t result = i + 1; result < end; ++result) { // those that answer none of them
      if (messages[result].role == Role::kTool) out.push_back(std::move(messages[result]));
    }
    i = end - 1;
  }
  messages = std::move(out);
}

void move_system_to_user(Messages& messages) {
  std::string system;
  const auto take = [&system](const Message& message) {
    if (message.role != Role::kSystem) return false;
    append(system, message.text);
    return true;
  };
  std::erase_if(messages, take);
  if (system.empty()) return;
  if (messages.empty() || messages.front().role != Role::kUser) {
    messages.insert(messages.begin(), chat::user_message(""));
  }
  append(system, messages.front().text);
  messages.front().text = std::move(system);
}

bool is_plain(const Message& message) {
  return message.role != Role::kTool && message.tool_calls.empty();
}

void join_neighbours(Messages& messages) {
  Messages out;
  for (Message& message : messages) {
    const bool joins = !out.empty() && out.back().role == message.role && is_plain(message) &&
                       is_plain(out.back());
    if (joins) {
      append(out.back().text, message.text);
    } else {
      out.push_back(std::move(message));
    }
  }
  messages = std::move(out);
}

void shorten_ids(Messages& messages) {
  for (Message& message : messages) {
    for (chat::ToolCall& call : message.tool_calls) call.id = nine_letter_id(call.id);
    if (message.role == Role::kTool) message.tool_call_id = nine_letter_id(message.tool_call_id);
  }
}

} // namespace

std::vector<Message> adapted_messages(const chat::Prompt& prompt, std::string_view source,
                                      ToolFormat format) {
  const Knowledge template_knows(source);
  Messages messages = prompt.messages;
  if (!prompt.tools.empty() && !template_knows.tools()) introduce_tools(prompt, format, messages);
  if (format == ToolFormat::kMistral) shorten_ids(messages);
  if (!template_knows.calls()) {
    write_calls(format, messages);
  } else if (template_knows.one_call_only()) {
    split_calls(messages);
  }
  if (!template_knows.results()) write_results(format, messages);
  if (!template_knows.instructions()) move_system_to_user(messages);
  if (template_knows.wants_alternation()) join_neighbours(messages);
  return messages;
}

} // namespace outpost::prompt
