// Calls as Python writes them: [weather(city="Oslo", days=[1, 2]), now()]. LFM2 and the small
// Llama-3.2 models write them so.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/chat.h"

namespace outpost::prompt {

struct NamedArguments {
  std::string name;      // may have dots: "brave_search.call"
  std::string arguments; // a JSON object
};

// The calls of `text`: one, or a list of them in brackets, and nothing else. Arguments have names;
// values are Python's literals or JSON's. Nothing: it is none of that, or too deep or too many.
std::optional<std::vector<NamedArguments>> read_python_calls(std::string_view text);

// f(a="b", n=3, deep={"k": True})
std::string python_call(const chat::ToolCall& call);

} // namespace outpost::prompt
