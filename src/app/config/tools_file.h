// A file of tools as clients send them: a JSON array of {"type": "function", "function": {..}}.
#pragma once
#include <filesystem>
#include <vector>

#include "base/result.h"
#include "chat/chat.h"

namespace outpost::app {

// kNotFound, kLimitExceeded; kInvalidArgument names the entry that is no tool.
Result<std::vector<chat::ToolDefinition>> read_tools_file(const std::filesystem::path& path);

} // namespace outpost::app
