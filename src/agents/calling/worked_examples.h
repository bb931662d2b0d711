// Requests with the calls that are right, shown to a model before the one that it is asked: a model
// below a billion parameters learns the task from them better than from any instruction (few-shot
// prompting, arXiv 2005.14165). They are the same for every request and stand first, so that their
// part of the cache is computed once.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agents/calling/call_syntax.h"
#include "chat/chat.h"

namespace outpost::agents {

// What a model is told once, before anything that a client said.
std::string calling_instructions();

// A request with the tools that are at hand for it.
std::string request_text(CallSyntax syntax, std::span<const CallableTool* const> tools,
                         std::string_view request);

// Turns of user and assistant, in the form that request_text() and call_text() have.
const std::vector<chat::Message>& example_turns(CallSyntax syntax);

} // namespace outpost::agents
