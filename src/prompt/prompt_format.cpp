#include "prompt/prompt_format.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/json_text.h"
#include "prompt/adapted_messages.h"
#include "prompt/infill.h"
#include "prompt/prompt_json.h"

namespace outpost::prompt {
namespace {

// Every text of a prompt that is not ours, by reference, so that one walk serves finding and
// breaking.
template <class Prompt, class Visit>
void for_each_input(Prompt& prompt, Visit&& visit) {
  for (auto& message : prompt.messages) {
    visit(message.text);
    visit(message.reasoning);
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
  visit(prompt.suffix);
}

void erase_all(std::string& text, std::string_view what) {
  if (what.empty()) return;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.erase(at, what.size());
  }
}

bool completes_text(const chat::Prompt& prompt) {
  return prompt.messages.empty() && prompt.tools.empty();
}

Result<PromptFormat::Template> compiled(std::string_view source) {
  PromptFormat::Template out{std::string(source), nullptr};
  if (!source.empty()) {
    OUTPOST_TRY(out.renderer, compile_template(source));
  }
  return out;
}

std::string token_spelling(const text::Tokenizer& tokenizer, std::optional<text::TokenId> token) {
  return token ? std::string(tokenizer.spelling(*token)) : std::string();
}

} // namespace

Result<std::unique_ptr<PromptFormat>>
PromptFormat::make(const gguf::File& file, const text::Tokenizer& tokenizer, Clock& clock) {
  OUTPOST_TRY(const std::string_view source, file.get_string_or("tokenizer.chat_template", ""));
  OUTPOST_TRY(std::string_view with_tools,
              file.get_string_or("tokenizer.chat_template.tool_use", ""));
  OUTPOST_TRY(const std::string_view name, file.get_string_or("general.name", ""));
  const Family family = find_family(with_tools.empty() ? source : with_tools, name);
  if (!family.tools_template.empty()) with_tools = family.tools_template;
  OUTPOST_TRY(Template plain, compiled(source));
  OUTPOST_TRY(Template for_tools, compiled(source.empty() ? source : with_tools));
  return std::make_unique<PromptFormat>(std::move(plain), std::move(for_tools), family, tokenizer,
                                        clock);
}

PromptFormat::PromptFormat(Template plain, Template with_tools, const Family& family,
                           const text::Tokenizer& tokenizer, Clock& clock)
    : plain_(std::move(plain)), with_tools_(std::move(with_tools)), family_(family),
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

const PromptFormat::Template& PromptFormat::template_for(const chat::Prompt& prompt) const {
  if (!with_tools_.renderer) return plain_;
  const bool concerns_tools =
      !prompt.tools.empty() || std::ranges::any_of(prompt.messages, [](const chat::Message& one) {
        return !one.tool_calls.empty() || one.role == chat::Role::kTool;
      });
  return concerns_tools ? with_tools_ : plain_;
}

std::string PromptFormat::without_thought(std::string rendered) const {
  const ThoughtMarks& marks = *family_.thoughts;
  if (prompt::ends_in_thought(rendered, marks)) {
    return rendered + "\n" + std::string(marks.close) + "\n\n";
  }
  const std::string empty = fmt::format("{}\n\n{}\n\n", marks.open, marks.close);
  return rendered.ends_with(empty) ? rendered : rendered + empty;
}

Result<std::string> PromptFormat::render(const chat::Prompt& prompt, std::string_view mark) const {
  const Template& chosen = template_for(prompt);
  if (!chosen.renderer) {
    return fail(ErrorCode::kUnsupported, "this model has no chat template: it completes text",
                "send the text without roles and tools, or choose an instruction-tuned model");
  }
  chat::Prompt safe = prompt;
  if (!mark.empty()) {
    for_each_input(safe, [&](std::string& text) { text = spellings_.broken(text, mark); });
  }
  const auto mentions = [&](std::string_view word) {
    return chosen.source.find(word) != std::string::npos;
  };
  const bool thinks = family_.thoughts && prompt.thinking != chat::Thinking::kDefault;
  const bool wants_thought = prompt.thinking == chat::Thinking::kOn;
  OUTPOST_TRY(const std::string tools, tools_json(safe.tools));
  JsonObject context;
  context.add_raw("messages", messages_json(adapted_messages(safe, chosen.source, family_.tools)));
  context.add_raw("tools", mentions("tools") ? tools : "null");
  context.add("add_generation_prompt", true);
  context.add("bos_token", token_spelling(tokenizer_, tokenizer_.bos()));
  context.add("eos_token", token_spelling(tokenizer_, tokenizer_.eos()));
  if (thinks) context.add("enable_thinking", wants_thought);
  OUTPOST_TRY(std::string text, chosen.renderer->render(context.text(), clock_.wall_ms()));
  return thinks && !wants_thought ? without_thought(std::move(text)) : text;
}

bool PromptFormat::ends_in_thought(std::span<const text::TokenId> prompt) const {
  constexpr std::size_t kTokens = 8; // more than the longest mark and the white space behind it
  if (!family_.thoughts) return false;
  std::string end;
  for (const text::TokenId token : prompt.last(std::min(prompt.size(), kTokens))) {
    const auto bytes = tokenizer_.bytes(token);
    end += bytes.empty() ? tokenizer_.spelling(token) : bytes;
  }
  return prompt::ends_in_thought(end, *family_.thoughts);
}

Result<std::string> PromptFormat::text(const chat::Prompt& prompt) const {
  if (completes_text(prompt)) return prompt.text;
  OUTPOST_TRY(const std::string mark, mark_for(prompt));
  OUTPOST_TRY(std::string text, render(prompt, mark));
  erase_all(text, mark);
  return text + prompt.text;
}

Result<std::vector<text::TokenId>> PromptFormat::tokens(const chat::Prompt& prompt,
                                                        const chat::PrincipalId& principal) {
  const std::string no_ending;
  OUTPOST_TRY(auto tokens, tokens_with_endings(prompt, std::span(&no_ending, 1), principal));
  return std::move(tokens.front());
}

Result<std::vector<std::vector<text::TokenId>>>
PromptFormat::tokens_with_endings(const chat::Prompt& prompt, std::span<const std::string> endings,
                                  const chat::PrincipalId& principal) {
  const bool wants_bos = tokenizer_.adds_bos() && tokenizer_.bos().has_value();
  std::vector<std::vector<text::TokenId>> all(endings.size());
  if (completes_text(prompt) && !prompt.suffix.empty()) {
    for (std::size_t i = 0; i < endings.size(); ++i) {
      OUTPOST_TRY(all[i], infill_tokens(tokenizer_, prompt.text + endings[i], prompt.suffix));
    }
    return all;
  }
  if (completes_text(prompt)) {
    for (std::size_t i = 0; i < endings.size(); ++i) {
      if (wants_bos) all[i].push_back(*tokenizer_.bos());
      tokenizer_.encode(prompt.text + endings[i], text::ControlTokens::kPlain, true, all[i]);
    }
    return all;
  }
  chat::Prompt inputs = prompt;
  for (const std::string& ending : endings) inputs.text += ending;
  OUTPOST_TRY(const std::string mark, mark_for(inputs));
  OUTPOST_TRY(const std::string rendered, render(prompt, mark));
  std::vector<std::string> answers;
  for (const auto& message : prompt.messages) {
    if (message.role == chat::Role::kAssistant) answers.push_back(message.text);
  }
  const Runs runs{mark, answers, principal};
  std::vector<text::TokenId> scaffold;
  const std::size_t done = append_scaffold(rendered, runs, scaffold);
  for (std::size_t i = 0; i < endings.size(); ++i) {
    all[i] = scaffold;
    const std::string text =
        rendered.substr(done) + (mark.empty() ? prompt.text + endings[i]
                                              : spellings_.broken(prompt.text + endings[i], mark));
    const std::size_t last = append_scaffold(text, runs, all[i]);
    append_run(std::string_view(text).substr(last), runs, all[i]);
    if (wants_bos && (all[i].empty() || all[i].front() != *tokenizer_.bos())) {
      all[i].insert(all[i].begin(), *tokenizer_.bos());
    }
  }
  return all;
}

std::size_t PromptFormat::append_scaffold(std::string_view text, const Runs& runs,
                                          std::vector<text::TokenId>& out) {
  std::size_t done = 0;
  for (auto cut = spellings_.find(text, done); cut.size != 0; cut = spellings_.find(text, done)) {
    append_run(text.substr(done, cut.at - done), runs, out);
    out.push_back(cut.token);
    done = cut.at + cut.size;
  }
  return done;
}

// A run that ends in an answer we generated takes the answer's own tokens for that part.
void PromptFormat::append_run(std::string_view marked, const Runs& runs,
                              std::vector<text::TokenId>& out) {
  std::string whole(marked);
  erase_all(whole, runs.mark);
  std::string_view run = whole;
  if (run.empty()) return;
  for (const std::string& answer : runs.answers) {
    if (answer.empty() || !run.ends_with(answer)) continue;
    const auto tokens = memory_.find(runs.principal, answer);
    if (!tokens) continue;
    run.remove_suffix(answer.size());
    tokenizer_.encode(run, text::ControlTokens::kPlain, true, out);
    out.insert(out.end(), tokens->begin(), tokens->end());
    return;
  }
  tokenizer_.encode(run, text::ControlTokens::kPlain, true, out);
}

} // namespace outpost::prompt
