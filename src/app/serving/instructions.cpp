#include "app/serving/instructions.h"

namespace outpost::app {

chat::Prompt with_instructions(chat::Prompt prompt, const std::string& text) {
  if (text.empty() || prompt.messages.empty()) return prompt;
  chat::Message instructions = chat::system_message(text);
  instructions.label = chat::operator_label("outpost.yaml");
  chat::Message& first = prompt.messages.front();
  if (first.role != chat::Role::kSystem) {
    prompt.messages.insert(prompt.messages.begin(), std::move(instructions));
    return prompt;
  }
  // Templates know one system message: the request's own follows in it, and keeps its lower trust.
  first.text = text + "\n\n" + first.text;
  return prompt;
}

} // namespace outpost::app
