#include "prompt/tool_format.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/json_text.h"
#include "base/random.h"
#include "prompt/prompt_json.h"
#include "prompt/python_calls.h"

namespace outpost::prompt {
namespace {

constexpr std::size_t kIdLength = 9;

constexpr CallMarks kTagged[] = {{"<tool_call>", "</tool_call>"}};
constexpr CallMarks kLlama3Marks[] = {{"<|python_tag|>", ""}};
// The bracket belongs to the mark: "functools" alone is a module of Python that people talk about.
constexpr CallMarks kPhi4MiniMarks[] = {{"functools[", "", 1}, {"<|tool_call|>", "<|/tool_call|>"}};
constexpr CallMarks kMistralMarks[] = {{"[TOOL_CALLS]", ""}};
constexpr CallMarks kDeepSeekMarks[] = {{"<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>"}};
constexpr CallMarks kLfm2Marks[] = {{"<|tool_call_start|>", "<|tool_call_end|>"}};
constexpr std::string_view kDeepSeekSilent[] = {"<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"};

constexpr std::string_view kDeepSeekInner[] = {"<｜tool▁sep｜>"};
constexpr std::string_view kMistralInner[] = {"[ARGS]"};

std::string definitions(std::span<const chat::ToolDefinition> tools, std::string_view separator) {
  std::string text;
  for (const auto& tool : tools) {
    if (!text.empty()) text += separator;
    text += definition_json(tool);
  }
  return text;
}

std::string format_call_json(ToolFormat format, const chat::ToolCall& call) {
  std::string out = fmt::format(R"({{"name": {}, "{}": {})", json_string(call.name),
                                arguments_key(format), call.arguments);
  if (format == ToolFormat::kMistral) out += fmt::format(R"(, "id": {})", json_string(call.id));
  return out + "}";
}

std::string deepseek_call(const chat::ToolCall& call) {
  return fmt::format("<｜tool▁call▁begin｜>function<｜tool▁sep｜>{}\n```json\n{}\n```"
                     "<｜tool▁call▁end｜>",
                     call.name, call.arguments);
}

template <class Write>
std::string joined(std::span<const chat::ToolCall> calls, std::string_view separator, Write write) {
  std::string out;
  for (const auto& call : calls) {
    if (!out.empty()) out += separator;
    out += write(call);
  }
  return out;
}

} // namespace

std::string_view to_string(ToolFormat format) {
  switch (format) {
  case ToolFormat::kHermes: return "hermes";
  case ToolFormat::kSmolLm2: return "smollm2";
  case ToolFormat::kLlama3: return "llama3";
  case ToolFormat::kPhi4Mini: return "phi4_mini";
  case ToolFormat::kMistral: return "mistral";
  case ToolFormat::kDeepSeek: return "deepseek";
  case ToolFormat::kLfm2: return "lfm2";
  case ToolFormat::kGemma3: return "gemma3";
  case ToolFormat::kGeneric: return "generic";
  }
  return "generic";
}

std::span<const CallMarks> call_marks(ToolFormat format) {
  switch (format) {
  case ToolFormat::kHermes:
  case ToolFormat::kSmolLm2: return kTagged;
  case ToolFormat::kLlama3: return kLlama3Marks;
  case ToolFormat::kPhi4Mini: return kPhi4MiniMarks;
  case ToolFormat::kMistral: return kMistralMarks;
  case ToolFormat::kDeepSeek: return kDeepSeekMarks;
  case ToolFormat::kLfm2: return kLfm2Marks;
  case ToolFormat::kGemma3:
  case ToolFormat::kGeneric: break;
  }
  return {};
}

std::span<const std::string_view> silent_marks(ToolFormat format) {
  if (format == ToolFormat::kDeepSeek) return kDeepSeekSilent;
  return {};
}

std::span<const std::string_view> inner_marks(ToolFormat format) {
  if (format == ToolFormat::kDeepSeek) return kDeepSeekInner;
  if (format == ToolFormat::kMistral) return kMistralInner;
  return {};
}

std::string_view arguments_key(ToolFormat format) {
  const bool is_bare = format == ToolFormat::kLlama3 || format == ToolFormat::kGemma3;
  return is_bare ? "parameters" : "arguments";
}

std::string tools_text(ToolFormat format, std::span<const chat::ToolDefinition> tools) {
  switch (format) {
  case ToolFormat::kHermes:
    return fmt::format(
        "# Tools\n\nYou may call one or more functions to assist with the user "
        "query.\n\nThe functions are described within <tools></tools>:\n<tools>\n{}\n"
        "</tools>\n\nFor each call write a JSON object with its name and arguments "
        "within <tool_call></tool_call>:\n<tool_call>\n{{\"name\": <name>, "
        "\"arguments\": <object>}}\n</tool_call>",
        definitions(tools, "\n"));
  case ToolFormat::kSmolLm2:
    return fmt::format("You are an expert in composing functions. Given a question and a set of "
                       "possible functions, make one or more calls to achieve the purpose. If none "
                       "of the functions can be used, answer with an empty list. Available "
                       "functions:\n<tools>[{}]</tools>\n\nWrite the calls as a list within "
                       "<tool_call></tool_call>:\n<tool_call>[{{\"name\": <name>, \"arguments\": "
                       "<object>}}]</tool_call>",
                       definitions(tools, ", "));
  case ToolFormat::kLlama3:
  case ToolFormat::kGemma3: // the JSON form of Google's page on function calling with Gemma
    return fmt::format("You have access to these functions:\n[{}]\n\nTo call one, answer with "
                       "{{\"name\": <name>, \"parameters\": <object>}} and no other text. When "
                       "none of them helps, answer in words.",
                       definitions(tools, ", "));
  case ToolFormat::kLfm2:
    return fmt::format("List of tools: <|tool_list_start|>[{}]<|tool_list_end|>",
                       definitions(tools, ", "));
  case ToolFormat::kPhi4Mini: // their own templates tell of tools (family.h)
  case ToolFormat::kMistral:
  case ToolFormat::kDeepSeek:
  case ToolFormat::kGeneric: break;
  }
  return fmt::format(
      "You can use these tools:\n[{}]\n\nAnswer with one JSON object and nothing "
      "else: {{\"tool_calls\": [{{\"name\": <name>, \"arguments\": <object>}}]}} to use "
      "tools, or {{\"response\": <text>}} to answer.",
      definitions(tools, ", "));
}

std::string calls_text(ToolFormat format, std::span<const chat::ToolCall> calls) {
  const auto as_json = [format](const chat::ToolCall& call) {
    return format_call_json(format, call);
  };
  const auto list = [&] { return joined(calls, ", ", as_json); };
  switch (format) {
  case ToolFormat::kHermes:
    return joined(calls, "\n", [&](const chat::ToolCall& call) {
      return "<tool_call>\n" + as_json(call) + "\n</tool_call>";
    });
  case ToolFormat::kSmolLm2: return "<tool_call>[" + list() + "]</tool_call>";
  case ToolFormat::kPhi4Mini: return "functools[" + list() + "]";
  case ToolFormat::kMistral: return "[TOOL_CALLS][" + list() + "]";
  case ToolFormat::kDeepSeek:
    return "<｜tool▁calls▁begin｜>" + joined(calls, "\n", deepseek_call) + "<｜tool▁calls▁end｜>";
  case ToolFormat::kLfm2:
    return "<|tool_call_start|>[" + joined(calls, ", ", python_call) + "]<|tool_call_end|>";
  case ToolFormat::kLlama3:
  case ToolFormat::kGemma3: return calls.size() == 1 ? list() : "[" + list() + "]";
  case ToolFormat::kGeneric: break;
  }
  return R"({"tool_calls": [)" + list() + "]}";
}

std::string result_text(ToolFormat format, std::string_view result) {
  if (format == ToolFormat::kGemma3) return fmt::format("```tool_output\n{}\n```", result);
  return fmt::format("<tool_response>\n{}\n</tool_response>", result);
}

std::string call_id(std::uint64_t seed, std::uint32_t index) {
  constexpr std::string_view kLetters =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  Random random(seed, index);
  std::string id(kIdLength, '0');
  for (char& c : id) c = kLetters[random.next_below(kLetters.size())];
  return id;
}

std::string nine_letter_id(const std::string& id) {
  const bool fits =
      id.size() == kIdLength && std::ranges::all_of(id, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      });
  if (fits) return id;
  std::uint64_t hash = 0xcbf29ce484222325; // FNV-1a
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return call_id(hash, 0);
}

} // namespace outpost::prompt
