// Days of times in milliseconds since 1970, in UTC.
#pragma once
#include <cstdint>
#include <string>

namespace outpost::agents {

std::string day_text(std::int64_t time_ms); // "2026-11-21"
// How long ago: "today", "1 day old", "3 months old"; "" for what lies ahead.
std::string age_text(std::int64_t time_ms, std::int64_t now_ms);

} // namespace outpost::agents
