#include "agents/retrieval/days.h"

#include <algorithm>
#include <chrono>

namespace outpost::agents {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
// Years 1 to 9999.
constexpr std::int64_t kEarliestMs = -62'135'596'800'000;
constexpr std::int64_t kLatestMs = 253'402'300'799'999;

std::string padded(unsigned value) { return (value < 10 ? "0" : "") + std::to_string(value); }

std::string counted(std::int64_t count, const char* unit) {
  return std::to_string(count) + " " + unit + (count == 1 ? "" : "s") + " old";
}

} // namespace

std::string day_text(std::int64_t time_ms) {
  namespace chrono = std::chrono;
  const chrono::milliseconds since_1970{std::clamp(time_ms, kEarliestMs, kLatestMs)};
  const chrono::year_month_day day{
      chrono::floor<chrono::days>(chrono::sys_time<chrono::milliseconds>(since_1970))};
  std::string year = std::to_string(static_cast<int>(day.year()));
  year.insert(0, year.size() < 4 ? 4 - year.size() : 0, '0');
  return year + "-" + padded(static_cast<unsigned>(day.month())) + "-" +
         padded(static_cast<unsigned>(day.day()));
}

std::string age_text(std::int64_t time_ms, std::int64_t now_ms) {
  if (time_ms > now_ms) return {};
  const std::int64_t days = (std::min(now_ms, kLatestMs) - std::max(time_ms, kEarliestMs)) / kDayMs;
  if (days == 0) return "today";
  if (days < 60) return counted(days, "day");
  return days < 730 ? counted(days / 30, "month") : counted(days / 365, "year");
}

} // namespace outpost::agents
