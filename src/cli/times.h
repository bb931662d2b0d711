// Wall times in this machine's zone, for people.
#pragma once
#include <cstdint>
#include <string>

namespace outpost::cli {

std::string time_text(std::int64_t wall_ms); // "2026-11-21 14:05:09"
std::string day_text(std::int64_t wall_ms);  // "2026-11-21"

} // namespace outpost::cli
