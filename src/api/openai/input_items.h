// "input" of the Responses and Decisions APIs: a string, or items (messages, calls of functions and
// what they returned).
#pragma once
#include <vector>

#include "api/fields.h"
#include "chat/chat.h"

namespace outpost::api::openai {

// Appends to `messages`; calls answered by an output may be among those that are there already.
void read_input(Fields& fields, std::vector<chat::Message>& messages);

} // namespace outpost::api::openai
