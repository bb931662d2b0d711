// What the operator tells a model before every conversation.
#pragma once
#include <span>
#include <string>

#include "app/config/server_config.h"
#include "chat/chat.h"

namespace outpost::app {

// `text` as the system message, before the request's own when it has one. A prompt without messages
// stays as it is: it is completed, not talked to.
chat::Prompt with_instructions(chat::Prompt prompt, const std::string& text);

// The same for a whole request, whose beginning is then declared to be everybody's: the text, or
// the one of `declared` that it begins with.
chat::ChatRequest with_instructions(chat::ChatRequest request, const std::string& text,
                                    std::span<const DeclaredPrompt> declared = {});

} // namespace outpost::app
