// Whether a model thinks before it answers and how long, as the APIs ask for it. Read after the
// answer's limit: an effort is a share of it.
#pragma once
#include <string_view>

#include "api/fields.h"
#include "chat/chat.h"

namespace outpost::api {

// One of OpenAI's efforts: none and minimal switch thinking off, the others on. A mistake when it
// is none of them. A model that does not think, or knows one way to, answers as it does.
void read_effort(Fields& fields, std::string_view key, chat::ChatRequest& chat);

// "low", "medium" and "high" bind thoughts to a quarter, half and three quarters of the answer's
// limit; other efforts do not.
void bound_by_effort(std::string_view effort, chat::ChatRequest& chat);

// "enable_thinking": true, by itself or in "chat_template_kwargs", as vLLM and llama.cpp have it;
// "thinking_budget": tokens, as Qwen's own service has it.
void read_thinking_switch(Fields& fields, chat::ChatRequest& chat);

} // namespace outpost::api
