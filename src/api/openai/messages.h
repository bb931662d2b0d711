// "messages" of a chat request into chat nouns, and back: what the API calls developer, system,
// user, assistant and tool.
#pragma once
#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "api/fields.h"
#include "chat/chat.h"

namespace outpost::api::openai {

inline constexpr std::size_t kMessagesMax = 4096;

std::vector<chat::Message> read_messages(Fields& fields);

// Text as a string or as parts of type "text"; other kinds of parts are refused by name.
std::string read_content(Fields& fields, std::string_view key);

// [{"id", "type": "function", "function": {"name", "arguments"}}]; with "index" in streams.
std::string calls_json(const std::vector<chat::ToolCall>& calls);
std::string call_delta_json(std::size_t index, const chat::ToolCall& call);
// Of a call that has begun: {"index", "function": {"arguments"}}.
std::string call_piece_json(std::size_t index, std::string_view arguments);

} // namespace outpost::api::openai
