#include "cli/times.h"

#include <ctime>

#include <fmt/chrono.h>

namespace outpost::cli {
namespace {

std::tm local(std::int64_t wall_ms) {
  return fmt::localtime(static_cast<std::time_t>(wall_ms / 1000));
}

} // namespace

std::string time_text(std::int64_t wall_ms) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", local(wall_ms));
}

std::string day_text(std::int64_t wall_ms) { return fmt::format("{:%Y-%m-%d}", local(wall_ms)); }

} // namespace outpost::cli
