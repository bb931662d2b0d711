// Times of day as requests have them. Rules alone.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

namespace outpost::agents {

// Minutes after midnight of "17:30", "5:30pm", "8 a.m.", "2 in the afternoon", "9 at night",
// "noon"; in order of place. A number alone is none, nor is one with seconds.
std::vector<int> find_day_times(std::string_view text);

} // namespace outpost::agents
