// Days and times of day as people say them, beside the dates of call/dates.h.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace outpost::agents {

// Days since 1970 of "today", "tomorrow", "Friday" (the next one, today excluded), "next Monday",
// "in 3 days", "2026-03-12", "March 12", "12 March 2026"; a date without a year is the next such.
// `today` is counted the same way.
std::optional<std::int64_t> read_day(std::string_view words, std::int64_t today);

// Minutes after midnight of "10:30", "10", "3 pm", "3:15pm", "noon", "midnight".
std::optional<int> read_time_of_day(std::string_view words);

// "Thu 2026-03-12 10:30" for seconds since 1970 as they are on the user's clock.
std::string time_words(std::int64_t local_s);

} // namespace outpost::agents
