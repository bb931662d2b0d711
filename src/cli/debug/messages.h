// Messages and tools from JSON, in the form that the OpenAI chat API made common.
#pragma once
#include <vector>

#include <boost/json/value.hpp>

#include "base/result.h"
#include "chat/chat.h"

namespace outpost::cli {

// kInvalidArgument says which message or tool, and what is wrong with it.
Result<std::vector<chat::Message>> read_messages(const boost::json::value& json);
Result<std::vector<chat::ToolDefinition>> read_tools(const boost::json::value& json);

} // namespace outpost::cli
