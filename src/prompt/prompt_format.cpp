#include "prompt/prompt_format.h"

#include <utility>

#include <fmt/format.h>

#include "prompt/prompt_json.h"

namespace outpost::prompt {
namespace {

// Every text of a prompt that is not ours, by reference, so that one walk serves finding and
// breaking.
template <class Prompt, class Visit>
void for_each_input(Prompt& prompt, Visit&& visit) {
  for (auto& message : prompt.messages) {
    visit(message.text);
    visit(message.tool_call_id);
    visit(message.tool_name);
    for (auto& call : message.tool_calls) {
      visit(call.id);
      visit(call.name);
      visit(call.arguments);
    }
  }
  for (auto& tool : prompt.tools) {
    visit(tool.name);
    visit(tool.description);
    visit(tool.parameters);
  }
  visit(prompt.text);
}

void erase_all(std::string& text, std::string_view what) {
  if (what.empty()) return;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.erase(at, what.size());
  }
}

std::string token_spelling(const text::Tokenizer& tokenizer, std::optional<text::TokenId> token) {
  return token ? std::string(tokenizer.spelling(*token)) : std::string();
}

} // namespace

Result<std::unique_ptr<PromptFormat>>
PromptFormat::make(const gguf::File& file, const text::Tokenizer& tokenizer, Clock& clock) {
  OUTPOST_TRY(const std::string_view source, file.get_string_or("tokenizer.chat_template", ""));
  OUTPOST_TRY(const std::string_view name, file.get_string_or("general.name", ""));
  std::unique_ptr<TemplateRenderer> renderer;
  if (!source.empty()) {
    OUTPOST_TRY(renderer, compile_template(source));
  }
  return std::make_unique<PromptFormat>(std::string(source), std::move(renderer),
                                        detect_tool_format(source, name), tokenizer, clock);
}

PromptFormat::PromptFormat(std::string source, std::unique_ptr<TemplateRenderer> renderer,
                           ToolFormat format, const text::Tokenizer& tokenizer, Clock& clock)
    : source_(std::move(source)), renderer_(std::move(renderer)), tool_format_(format),
      tokenizer_(tokenizer), clock_(clock), spellings_(tokenizer) {}

Result<std::string> PromptFormat::mark_for(const chat::Prompt& prompt) const {
  bool is_needed = false;
  for_each_input(prompt, [&](const std::string& text) {
    is_needed = is_needed || spellings_.contains_any(text);
  });
  if (!is_needed) return std::string();
  for (unsigned char last = 0x90; last <= 0xAF; ++last) { // U+FDD0 .. U+FDEF, never characters
    const std::string mark = {'\xEF', '\xB7', static_cast<char>(last)};
    bool is_free = true;
    for_each_input(prompt, [&](const std::string& text) {
      is_free = is_free && text.find(mark) == std::string::npos;
    });
    if (is_free) return mark;
  }
  return fail(ErrorCode::kInvalidArgument,
              "the request holds control tokens and all of Unicode's noncharacters U+FDD0..U+FDEF");
}

std::vector<chat::Message> PromptFormat::adapted(const chat::Prompt& prompt) const {
  std::vector<chat::Message> messages = prompt.messages;
  const bool tells_tools = template_mentions("tools");
  if (!prompt.tools.empty() && !tells_tools) {
    const std::string introduction = tools_text(tool_format_, prompt.tools);
    if (!messages.empty() && messages.front().role == chat::Role::kSystem) {
      messages.front().text += (messages.front().text.empty() ? "" : "\n\n") + introduction;
    } else {
      messages.insert(messages.begin(), chat::system_message(introduction));
    }
  }
  for (chat::Message& message : messages) {
    if (!message.tool_calls.empty() && !template_mentions("tool_calls")) {
      message.text +=
          (message.text.empty() ? "" : "\n") + calls_text(tool_format_, message.tool_calls);
      message.tool_calls.clear();
    }
    if (message.role == chat::Role::kTool && !template_mentions("tool_response") &&
        !template_mentions("'tool'") && !template_mentions("\"tool\"")) {
      message.role = chat::Role::kUser;
      message.text = "<tool_response>\n" + message.text + "\n</tool_response>";
    }
  }
  return messages;
}

Result<PromptFormat::Rendered> PromptFormat::render(const chat::Prompt& prompt) const {
  if (!renderer_) {
    return fail(ErrorCode::kUnsupported, "this model has no chat template: it completes text",
                "send the text without roles and tools, or choose an instruction-tuned model");
  }
  OUTPOST_TRY(const std::string mark, mark_for(prompt));
  chat::Prompt safe = prompt;
  if (!mark.empty()) {
    for_each_input(safe, [&](std::string& text) { text = spellings_.broken(text, mark); });
  }
  OUTPOST_TRY(const std::string tools, tools_json(safe.tools));
  const std::string context = fmt::format(
      R"({{"messages": {}, "tools": {}, "add_generation_prompt": true, "bos_token": {}, "eos_token": {}}})",
      messages_json(adapted(safe)), template_mentions("tools") ? tools : "null",
      json_quoted(token_spelling(tokenizer_, tokenizer_.bos())),
      json_quoted(token_spelling(tokenizer_, tokenizer_.eos())));
  OUTPOST_TRY(std::string text, renderer_->render(context, clock_.wall_ms()));
  return Rendered{text + safe.text, mark};
}

Result<std::string> PromptFormat::text(const chat::Prompt& prompt) const {
  if (prompt.messages.empty() && prompt.tools.empty()) return prompt.text;
  OUTPOST_TRY(Rendered rendered, render(prompt));
  erase_all(rendered.text, rendered.mark);
  return std::move(rendered.text);
}

Result<std::vector<text::TokenId>> PromptFormat::tokens(const chat::Prompt& prompt,
                                                        const chat::PrincipalId& principal) {
  std::vector<text::TokenId> out;
  const bool wants_bos = tokenizer_.adds_bos() && tokenizer_.bos().has_value();
  if (prompt.messages.empty() && prompt.tools.empty()) {
    if (wants_bos) out.push_back(*tokenizer_.bos());
    tokenizer_.encode(prompt.text, text::ControlTokens::kPlain, true, out);
    return out;
  }
  OUTPOST_TRY(const Rendered rendered, render(prompt));
  std::vector<std::string> answers;
  for (const auto& message : prompt.messages) {
    if (message.role == chat::Role::kAssistant) answers.push_back(message.text);
  }
  const std::string_view text = rendered.text;
  std::size_t done = 0;
  while (done < text.size()) {
    const auto cut = spellings_.find(text, done);
    std::string run(text.substr(done, cut.size == 0 ? text.size() - done : cut.at - done));
    erase_all(run, rendered.mark);
    append_run(run, answers, principal, out);
    if (cut.size == 0) break;
    out.push_back(cut.token);
    done = cut.at + cut.size;
  }
  if (wants_bos && (out.empty() || out.front() != *tokenizer_.bos())) {
    out.insert(out.begin(), *tokenizer_.bos());
  }
  return out;
}

// A run that ends in an answer we generated takes the answer's own tokens for that part.
void PromptFormat::append_run(std::string_view run, const std::vector<std::string>& answers,
                              const chat::PrincipalId& principal, std::vector<text::TokenId>& out) {
  if (run.empty()) return;
  for (const std::string& answer : answers) {
    if (answer.empty() || !run.ends_with(answer)) continue;
    const auto tokens = memory_.find(principal, answer);
    if (!tokens) continue;
    run.remove_suffix(answer.size());
    tokenizer_.encode(run, text::ControlTokens::kPlain, true, out);
    out.insert(out.end(), tokens->begin(), tokens->end());
    return;
  }
  tokenizer_.encode(run, text::ControlTokens::kPlain, true, out);
}

} // namespace outpost::prompt
