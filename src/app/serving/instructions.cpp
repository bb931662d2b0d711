#include "app/serving/instructions.h"

#include <algorithm>

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

chat::ChatRequest with_instructions(chat::ChatRequest request, const std::string& text,
                                    std::span<const DeclaredPrompt> declared) {
  const chat::Prompt& asked = request.prompt;
  if (asked.messages.empty()) return request;
  const bool has_system = asked.messages.front().role == chat::Role::kSystem;
  const std::string_view system = has_system ? asked.messages.front().text : std::string_view();
  const auto found = std::ranges::find_if(declared, [&](const DeclaredPrompt& one) {
    return one.tools == asked.tools && one.system_prompt == system;
  });
  const bool is_declared = found != declared.end();
  if (text.empty() && !is_declared) return request;
  std::string operators = text;
  if (is_declared) {
    request.declared.tools = found->tools;
    if (!operators.empty() && !found->system_prompt.empty()) operators += "\n\n";
    operators += found->system_prompt;
  }
  if (!operators.empty()) request.declared.messages = {instructions_of(operators)};
  request.prompt = with_instructions(std::move(request.prompt), text);
  return request;
}

} // namespace outpost::app
