// How a family of models is told of tools and writes its calls. Each format knows four things: the
// system text that introduces the tools where the template does not, how a call is written back
// into the history, the grammar of an answer with calls, and the marks between which calls stand
// (tool_call_parser.h reads them).
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "chat/chat.h"
#include "grammar/constraint.h"

namespace outpost::prompt {

enum class ToolFormat {
  kHermes,  // <tool_call>\n{"name": .., "arguments": ..}\n</tool_call>, repeated (Qwen2.5, Hermes)
  kSmolLm2, // <tool_call>[{..}, ..]</tool_call>, an empty list when no tool fits
  kGeneric, // {"tool_calls": [..]} or {"response": ".."}, the whole answer one JSON object
};

// "hermes", "smollm2", "generic".
std::string_view to_string(ToolFormat format);

// The format of a chat template, by the marks in its text: what the template teaches is what the
// model was trained on.
ToolFormat detect_tool_format(std::string_view chat_template, std::string_view model_name);

// Text for the system message that introduces `tools`; the part that the template would have
// written.
std::string tools_text(ToolFormat format, std::span<const chat::ToolDefinition> tools);

// Calls as the assistant's text holds them, for templates that do not render calls.
std::string calls_text(ToolFormat format, std::span<const chat::ToolCall> calls);

// A grammar (Lark over JSON Schema) for the answer: with kRequired at least one call of `tools`
// with arguments of its schema, with kAuto either free text or calls. kInvalidArgument when a
// tool's parameters are not a JSON object or a name cannot stand in a grammar.
Result<grammar::GrammarSpec> calls_grammar(ToolFormat format,
                                           std::span<const chat::ToolDefinition> tools,
                                           chat::ToolChoice choice);

// A call id: nine letters and digits, the longest form that every family's template accepts.
std::string call_id(std::uint64_t seed, std::uint32_t index);

} // namespace outpost::prompt
