// Tools, tool_choice and response_format: what an answer may be beside free text.
#pragma once
#include "api/fields.h"
#include "chat/chat.h"

namespace outpost::api::openai {

// tools, tool_choice (auto, none, required, one by name).
void read_tools_and_choice(Fields& fields, chat::Prompt& prompt);

// text, json_object, json_schema. With tools that may or may not be called it is a mistake: an
// answer cannot be bound to two forms.
void read_response_format(Fields& fields, chat::ChatRequest& request);

// JSON Schema in "schema" of an object called `path`.
void read_schema(Fields& format, chat::ChatRequest& request);

// Any JSON object.
grammar::GrammarSpec json_object_grammar();

} // namespace outpost::api::openai
