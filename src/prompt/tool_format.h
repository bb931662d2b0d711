// How a family of models writes its tool calls. Each format knows the text that introduces tools
// where a template does not, how calls and results are written back into the history where a
// template cannot, and the marks between which calls stand (tool_call_parser.h reads them,
// answer_grammar.h binds them). Which template has which: family.h.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "chat/chat.h"

namespace outpost::prompt {

enum class ToolFormat {
  kHermes,   // <tool_call>\n{"name": .., "arguments": ..}\n</tool_call>, repeated
  kSmolLm2,  // <tool_call>[{..}, ..]</tool_call>, an empty list when no tool fits
  kLlama3,   // {"name": .., "parameters": ..}, the whole answer; <|python_tag|>f.call(a=1) for some
  kPhi4Mini, // functools[{..}, ..]
  kMistral,  // [TOOL_CALLS][{.., "id": ..}, ..]; newer ones [TOOL_CALLS]name[ARGS]{..}
  kDeepSeek, // <｜tool▁call▁begin｜>function<｜tool▁sep｜>name\n```json\n{..}\n```<｜tool▁call▁end｜>
  kLfm2,     // <|tool_call_start|>[f(a="b"), ..]<|tool_call_end|>
  kGemma3,   // {"name": .., "parameters": ..}, or a list of them, the whole answer
  kGeneric, // {"tool_calls": [..]} or {"response": ".."}, the whole answer one JSON object
};
inline constexpr ToolFormat kToolFormats[] = {
    ToolFormat::kHermes,   ToolFormat::kSmolLm2, ToolFormat::kLlama3,
    ToolFormat::kPhi4Mini, ToolFormat::kMistral, ToolFormat::kDeepSeek,
    ToolFormat::kLfm2,     ToolFormat::kGemma3,  ToolFormat::kGeneric};

// "hermes", "smollm2", ...
std::string_view to_string(ToolFormat format);

// What calls stand between.
struct CallMarks {
  std::string_view open;
  std::string_view close;       // empty: they end with their last bracket
  std::size_t kept_of_open = 0; // bytes at the end of `open` that belong to the calls themselves
};
// The family's own first; none where a call is the whole answer.
std::span<const CallMarks> call_marks(ToolFormat format);
// Marks around several calls, which say nothing by themselves.
std::span<const std::string_view> silent_marks(ToolFormat format);

// Marks inside a call, between its name and its arguments.
std::span<const std::string_view> inner_marks(ToolFormat format);

// The key of a call's arguments in this family's JSON: "arguments" or "parameters".
std::string_view arguments_key(ToolFormat format);

// Text for the system message that introduces `tools`; the part that the template would have
// written.
std::string tools_text(ToolFormat format, std::span<const chat::ToolDefinition> tools);

// Calls as the assistant's text holds them, for templates that do not render calls.
std::string calls_text(ToolFormat format, std::span<const chat::ToolCall> calls);

// What a tool answered, as a user's text, for templates that do not render results.
std::string result_text(ToolFormat format, std::string_view result);

// A call id: nine letters and digits, the longest form that every family's template accepts.
std::string call_id(std::uint64_t seed, std::uint32_t index);
// The id itself if it has that form, otherwise one made of it.
std::string nine_letter_id(const std::string& id);

} // namespace outpost::prompt
