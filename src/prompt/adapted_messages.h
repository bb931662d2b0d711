// Messages as a template can render them. Templates differ in what they know: some have no tools,
// no calls, no results, no system role; some take one call at a time or refuse turns out of order.
// What a template lacks goes into the text, in the form its family writes (tool_format.h).
#pragma once
#include <string_view>
#include <vector>

#include "chat/chat.h"
#include "prompt/tool_format.h"

namespace outpost::prompt {

std::vector<chat::Message> adapted_messages(const chat::Prompt& prompt, std::string_view source,
                                            ToolFormat format);

} // namespace outpost::prompt
