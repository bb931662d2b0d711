// Anthropic's content blocks into chat nouns. One of its messages may hold several of ours: each
// tool result is a message of its own.
#pragma once
#include <string>

#include "api/fields.h"
#include "chat/chat.h"

namespace outpost::api::anthropic {

// "messages" and "system". A last message of the assistant is the beginning of the answer.
void read_messages(Fields& fields, chat::Prompt& prompt);

} // namespace outpost::api::anthropic
