#include "prompt/family.h"

#include <algorithm>
#include <span>
#include <string>

#include "base/checksum.h"
#include "prompt/family_templates.h"

namespace outpost::prompt {
namespace {

bool has(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

constexpr Family kFamilies[] = {
    {"qwen2.5", ToolFormat::kHermes, {}, {}},
    {"qwen3", ToolFormat::kHermes, kThinkTags, {}},
    {"hermes", ToolFormat::kHermes, {}, {}},
    {"smollm2", ToolFormat::kSmolLm2, {}, {}},
    {"smollm3", ToolFormat::kHermes, kThinkTags, {}},
    {"llama3", ToolFormat::kLlama3, {}, {}},
    {"phi4-mini", ToolFormat::kPhi4Mini, {}, kPhi4MiniTools},
    {"gemma3", ToolFormat::kGemma3, {}, {}},
    {"mistral", ToolFormat::kMistral, {}, {}},
    {"deepseek-r1", ToolFormat::kDeepSeek, kThinkTags, kDeepSeekTools},
    {"lfm2", ToolFormat::kLfm2, {}, {}},
    {"generic", ToolFormat::kGeneric, {}, {}},
};

// As published with the models, in autumn 2026.
struct KnownTemplate {
  std::uint64_t fingerprint;
  std::string_view family;
};
constexpr KnownTemplate kKnown[] = {
    {0x97d3250b3447c7cf, "qwen2.5"},     // Qwen2.5 and Qwen2.5-Coder Instruct
    {0xdf08fbe92b511027, "qwen3"},       // Qwen3 0.6B to 32B
    {0xe5bcf44a7d229e81, "hermes"},      // Hermes 2 Pro and Hermes 3, for tools
    {0xf64db6b589640c1b, "smollm2"},     // SmolLM2 Instruct
    {0xbd8479dd20c936fc, "llama3"},      // Llama 3.1 and 3.3 Instruct
    {0x6ce5f8315e044534, "llama3"},      // Llama 3.2 Instruct
    {0x7e2c9f3c4f0f64a1, "phi4-mini"},   // Phi-4-mini Instruct
    {0x779040117fc237ae, "gemma3"},      // Gemma 2, which takes the same form
    {0x1ccf270b27afc5b1, "mistral"},     // Mistral Nemo Instruct 2407
    {0x89f7eb0cf3adfbad, "deepseek-r1"}, // the R1 distills
    {0xddccd853204e9b7c, "generic"},     // Phi-3.5-mini Instruct, not trained on tools
};

Family family_named(std::string_view name) {
  const auto* found = std::ranges::find(kFamilies, name, &Family::name);
  return found == std::end(kFamilies) ? Family{} : *found;
}

// By what the template says of tools.
std::string_view name_by_tool_marks(std::string_view source) {
  if (has(source, "<｜Assistant｜>")) return "deepseek-r1";
  if (has(source, "[AVAILABLE_TOOLS]") || has(source, "[TOOL_CALLS]")) return "mistral";
  if (has(source, "<|tool_list_start|>") || has(source, "<|tool_call_start|>")) return "lfm2";
  if (has(source, "<|tool|>") && has(source, "<|/tool|>")) return "phi4-mini";
  if (has(source, "<|start_header_id|>") && has(source, "ipython")) return "llama3";
  if (has(source, "xml_tools")) return "smollm3";
  const bool is_tagged = has(source, "tools") && has(source, "<tool_call>");
  if (!is_tagged || has(source, "<function=")) return {}; // calls as XML: not read here
  if (has(source, "enable_thinking")) return "qwen3";
  return has(source, "created by Alibaba Cloud") ? "qwen2.5" : "hermes";
}

std::string_view name_by_marks(std::string_view source, std::string_view model_name) {
  if (const auto name = name_by_tool_marks(source); !name.empty()) return name;
  const bool declares_functions = has(source, "<start_function_declaration>");
  if (has(source, "<start_of_turn>") && !declares_functions) return "gemma3";
  // SmolLM2's template names itself in its default system text and says nothing of tools; its
  // training taught the list form (model card of SmolLM2-1.7B-Instruct). SmolLM3's is often cut.
  if (has(source, "tools")) return "generic";
  if (has(model_name, "SmolLM3")) return "smollm3";
  if (has(source, "SmolLM") || has(model_name, "SmolLM2")) return "smollm2";
  return "generic";
}

} // namespace

std::uint64_t template_fingerprint(std::string_view chat_template) {
  std::string text(chat_template);
  std::erase(text, '\r');
  text.erase(text.find_last_not_of(" \t\n") + 1);
  return checksum(std::as_bytes(std::span(text)));
}

std::optional<std::string_view> family_of_fingerprint(std::uint64_t fingerprint) {
  const auto* known = std::ranges::find(kKnown, fingerprint, &KnownTemplate::fingerprint);
  if (known == std::end(kKnown)) return std::nullopt;
  return known->family;
}

Family find_family(std::string_view chat_template, std::string_view model_name) {
  const auto known = family_of_fingerprint(template_fingerprint(chat_template));
  Family family = family_named(known.value_or(name_by_marks(chat_template, model_name)));
  if (family.thoughts) return family;
  if (has(chat_template, "<think>") || has(model_name, "reasoning")) family.thoughts = kThinkTags;
  if (has(chat_template, "[THINK]")) family.thoughts = kThinkBrackets;
  return family;
}

} // namespace outpost::prompt
