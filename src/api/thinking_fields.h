// Whether a model thinks before it answers, as the APIs ask for it.
#pragma once
#include <string_view>

#include "api/fields.h"
#include "chat/chat.h"

namespace outpost::api {

// One of OpenAI's efforts: none and minimal switch thinking off, the others on. A mistake when it
// is none of them. A model that does not think, or knows one way to, answers as it does.
void read_effort(Fields& fields, std::string_view key, chat::Prompt& prompt);

// "enable_thinking": true, by itself or in "chat_template_kwargs", as vLLM and llama.cpp have it.
void read_thinking_switch(Fields& fields, chat::Prompt& prompt);

} // namespace outpost::api
