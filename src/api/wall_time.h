// Times as answers write them.
#pragma once
#include <cstdint>
#include <string>

namespace outpost::api {

// RFC 3339 in UTC: "2026-11-21T14:05:09.250Z".
std::string utc_time(std::int64_t wall_ms);

} // namespace outpost::api
