// What the operator tells a model before every conversation.
#pragma once
#include <string>

#include "chat/chat.h"

namespace outpost::app {

// `text` as the system message, before the request's own when it has one. A prompt without messages
// stays as it is: it is completed, not talked to.
chat::Prompt with_instructions(chat::Prompt prompt, const std::string& text);

// The same for a whole request, whose beginning is then declared to be everybody's.
chat::ChatRequest with_instructions(chat::ChatRequest request, const std::string& text);

} // namespace outpost::app
