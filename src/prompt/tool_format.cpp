#include "prompt/tool_format.h"

#include <fmt/format.h>

#include "base/json_text.h"
#include "base/random.h"
#include "chat/json_value.h"
#include "prompt/prompt_json.h"

namespace outpost::prompt {
namespace {

constexpr std::size_t kJsonDepthMax = 32;

std::string definitions(std::span<const chat::ToolDefinition> tools, std::string_view separator) {
  std::string text;
  for (const auto& tool : tools) {
    if (!text.empty()) text += separator;
    text += definition_json(tool);
  }
  return text;
}

std::string call_json(const chat::ToolCall& call) {
  return fmt::format(R"({{"name": {}, "arguments": {}}})", json_string(call.name), call.arguments);
}

// The schema of one call: its name is fixed, its arguments follow the tool's own schema.
Result<std::string> call_schema(const chat::ToolDefinition& tool) {
  const std::string text = parameters_of(tool);
  const auto parameters = chat::parse_json(text, {.depth = kJsonDepthMax});
  if (!parameters || !parameters->is_object()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the parameters of tool '{}' are not a JSON object{}", tool.name,
                            parameters ? std::string() : ": " + parameters.error().message),
                "give a JSON Schema of type object");
  }
  return fmt::format(R"({{"type":"object","properties":{{"name":{{"const":{}}},"arguments":{}}},)"
                     R"("required":["name","arguments"],"additionalProperties":false}})",
                     json_string(tool.name), text);
}

Result<std::string> any_call_schema(std::span<const chat::ToolDefinition> tools) {
  std::string schemas;
  for (const auto& tool : tools) {
    OUTPOST_TRY(const std::string schema, call_schema(tool));
    schemas += (schemas.empty() ? "" : ",") + schema;
  }
  return R"({"anyOf":[)" + schemas + "]}";
}

// Text that is no call: whatever does not begin like one.
constexpr std::string_view kFreeText = R"(/[^<](?s:.*)/)";

std::string marked_grammar(std::string_view body, bool text_allowed, bool repeats) {
  std::string grammar = text_allowed ? fmt::format("start: TEXT | calls\nTEXT: {}\n", kFreeText)
                                     : std::string("start: calls\n");
  grammar += repeats ? "calls: call (\"\\n\" call)*\n" : "calls: call\n";
  return grammar + std::string(body);
}

} // namespace

std::string_view to_string(ToolFormat format) {
  switch (format) {
  case ToolFormat::kHermes: return "hermes";
  case ToolFormat::kSmolLm2: return "smollm2";
  case ToolFormat::kGeneric: return "generic";
  }
  return "generic";
}

ToolFormat detect_tool_format(std::string_view chat_template, std::string_view model_name) {
  const bool has_tools = chat_template.find("tools") != std::string_view::npos;
  if (has_tools && chat_template.find("<tool_call>") != std::string_view::npos &&
      chat_template.find("<tool_response>") != std::string_view::npos) {
    return ToolFormat::kHermes;
  }
  // SmolLM2's template names itself in its default system text and says nothing of tools; its
  // training taught the list form (model card of SmolLM2-1.7B-Instruct).
  if (!has_tools && (chat_template.find("SmolLM") != std::string_view::npos ||
                     model_name.find("SmolLM2") != std::string_view::npos)) {
    return ToolFormat::kSmolLm2;
  }
  return ToolFormat::kGeneric;
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
  case ToolFormat::kGeneric: break;
  }
  return fmt::format(
      "You can use these tools:\n[{}]\n\nAnswer with one JSON object and nothing "
      "else: {{\"tool_calls\": [{{\"name\": <name>, \"arguments\": <object>}}]}} to use "
      "tools, or {{\"response\": <text>}} to answer.",
      definitions(tools, ", "));
}

std::string calls_text(ToolFormat format, std::span<const chat::ToolCall> calls) {
  std::string list;
  for (const auto& call : calls) {
    if (format == ToolFormat::kHermes) {
      list +=
          fmt::format("{}<tool_call>\n{}\n</tool_call>", list.empty() ? "" : "\n", call_json(call));
    } else {
      list += (list.empty() ? "" : ", ") + call_json(call);
    }
  }
  if (format == ToolFormat::kSmolLm2) return "<tool_call>[" + list + "]</tool_call>";
  if (format == ToolFormat::kGeneric) return R"({"tool_calls": [)" + list + "]}";
  return list;
}

Result<grammar::GrammarSpec> calls_grammar(ToolFormat format,
                                           std::span<const chat::ToolDefinition> tools,
                                           chat::ToolChoice choice) {
  if (tools.empty()) {
    return fail(ErrorCode::kInvalidArgument, "a tool call is asked for, but there are no tools");
  }
  OUTPOST_TRY(const std::string call, any_call_schema(tools));
  const bool text_allowed = choice == chat::ToolChoice::kAuto;
  grammar::GrammarSpec spec;
  spec.kind = grammar::GrammarSpec::Kind::kLark;
  switch (format) {
  case ToolFormat::kHermes:
    spec.text = marked_grammar(
        fmt::format("call: \"<tool_call>\\n\" body \"\\n</tool_call>\"\nbody: %json {}\n", call),
        text_allowed, true);
    return spec;
  case ToolFormat::kSmolLm2:
    // Where text may be given instead, the empty list is the family's own way to say "no tool".
    spec.text =
        marked_grammar(fmt::format("call: \"<tool_call>\" body \"</tool_call>\"\nbody: %json "
                                   "{{\"type\":\"array\",\"items\":{},\"minItems\":{}}}\n",
                                   call, text_allowed ? 0 : 1),
                       text_allowed, false);
    return spec;
  case ToolFormat::kGeneric: break;
  }
  const std::string calls = fmt::format(
      R"({{"type":"object","properties":{{"tool_calls":{{"type":"array","items":{},"minItems":1}}}},)"
      R"("required":["tool_calls"],"additionalProperties":false}})",
      call);
  constexpr std::string_view kResponse =
      R"({"type":"object","properties":{"response":{"type":"string"}},)"
      R"("required":["response"],"additionalProperties":false})";
  spec.kind = grammar::GrammarSpec::Kind::kJsonSchema;
  spec.text = text_allowed ? fmt::format(R"({{"anyOf":[{},{}]}})", kResponse, calls) : calls;
  return spec;
}

std::string call_id(std::uint64_t seed, std::uint32_t index) {
  constexpr std::string_view kLetters =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  Random random(seed, index);
  std::string id(9, '0');
  for (char& c : id) c = kLetters[random.next_below(kLetters.size())];
  return id;
}

} // namespace outpost::prompt
