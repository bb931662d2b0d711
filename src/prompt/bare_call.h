// Does an answer begin like a call without marks? Small models leave the marks out, and some
// families have none.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace outpost::prompt {

enum class Likeness { kYes, kNo, kMaybe }; // kMaybe: more text will tell

// `text` begins with no white space. A call is JSON whose first key is one of a call's keys, a list
// of those, a Python call of one of `tool_names` in brackets, or JSON in a fence.
Likeness likeness_to_call(std::string_view text, std::span<const std::string> tool_names);

// The inside of ```json ... ```; the text itself when it has no fence.
std::string_view without_fence(std::string_view text);

} // namespace outpost::prompt
