#include "app/serving/instructions.h"

namespace outpost::app {

namespace {

chat::Message instructions_of(const std::string& text) {
  chat::Message instructions = chat::system_message(text);
  instructions.label = chat::operator_label("outpost.yaml");
  return instructions;
}

} // namespace

chat::Prompt with_instructions(chat::Prompt prompt, const std::string& text) {
  if (text.empty() || prompt.messages.empty()) return prompt;
  chat::Message& first = prompt.messages.front();
  if (first.role != chat::Role::kSystem) {
    prompt.messages.insert(prompt.messages.begin(), instructions_of(text));
    return prompt;
  }
  // Templates know one system message: the request's own follows in it, and keeps its lower trust.
  first.text = text + "\n\n" + first.text;
  return prompt;
}

chat::ChatRequest with_instructions(chat::ChatRequest request, const std::string& text) {
  if (text.empty() || request.prompt.messages.empty()) return request;
  request.prompt = with_instructions(std::move(request.prompt), text);
  request.declared.messages = {instructions_of(text)};
  return request;
}

} // namespace outpost::app
