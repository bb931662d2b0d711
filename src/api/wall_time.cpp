#include "api/wall_time.h"

#include <ctime>

#include <fmt/format.h>

namespace outpost::api {

std::string utc_time(std::int64_t wall_ms) {
  const auto seconds = static_cast<std::time_t>(wall_ms / 1000);
  std::tm at{};
  gmtime_r(&seconds, &at);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", at.tm_year + 1900, at.tm_mon + 1,
                     at.tm_mday, at.tm_hour, at.tm_min, at.tm_sec, wall_ms % 1000);
}

} // namespace outpost::api
