// Pieces of a Lark grammar as llguidance reads it.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "chat/chat.h"
#include "text/tokenizer.h"

namespace outpost::prompt {

// A mark: the token itself where the vocabulary has it as a control token, its text otherwise.
std::string lark_mark(const text::Tokenizer& tokenizer, std::string_view mark);

// The definition of the rule `name`: anything up to `mark` and the mark itself.
std::string lark_until(const text::Tokenizer& tokenizer, std::string_view name,
                       std::string_view mark);

// The schema of a tool's arguments. kInvalidArgument when it is not a JSON object.
Result<std::string> arguments_schema(const chat::ToolDefinition& tool);

// The definition of the rule `name`: one call as Python writes it, f(a="b", n=3), the required
// arguments first, in the order of the schema, with values of JSON. Rules it needs begin with
// `name` as well.
Result<std::string> lark_python_call(const chat::ToolDefinition& tool, std::string_view name);

} // namespace outpost::prompt
