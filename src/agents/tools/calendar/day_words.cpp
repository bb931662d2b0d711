#include "agents/tools/calendar/day_words.h"

#include <array>
#include <charconv>
#include <chrono>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "agents/call/dates.h"
#include "agents/call/words.h"

namespace outpost::agents {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::array<std::string_view, 7> kWeekdayNames{
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};

std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t begin = text.find_first_not_of(" \t,.");
    if (begin == std::string_view::npos) return parts;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(" \t,"), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

int weekday_of(std::int64_t day) {
  return static_cast<int>(std::chrono::weekday(sys_days(days(day))).c_encoding());
}

std::optional<std::int64_t> day_of(const CalendarDate& date) {
  const std::chrono::year_month_day day{std::chrono::year(date.year),
                                        std::chrono::month(static_cast<unsigned>(date.month)),
                                        std::chrono::day(static_cast<unsigned>(date.day))};
  if (!day.ok()) return std::nullopt;
  return sys_days(day).time_since_epoch().count();
}

std::optional<std::int64_t> read_weekday(std::string_view word, std::int64_t today) {
  for (std::size_t i = 0; i < kWeekdayNames.size(); ++i) {
    const bool is_it =
        word == kWeekdayNames[i] || (word.size() == 3 && kWeekdayNames[i].starts_with(word));
    if (!is_it) continue;
    const int ahead = (static_cast<int>(i) - weekday_of(today) + 7) % 7;
    return today + (ahead == 0 ? 7 : ahead);
  }
  return std::nullopt;
}

// A date as it is, or with the year that makes it the next one.
std::optional<std::int64_t> read_dated(const std::string& words, std::int64_t today) {
  if (const auto whole = read_date(words)) return day_of(*whole);
  const int year = static_cast<int>(std::chrono::year_month_day(sys_days(days(today))).year());
  for (const int candidate : {year, year + 1}) {
    const auto date = read_date(words + " " + std::to_string(candidate));
    const auto day = date ? day_of(*date) : std::nullopt;
    if (day && *day >= today) return day;
  }
  return std::nullopt;
}

} // namespace

std::optional<std::int64_t> read_day(std::string_view words, std::int64_t today) {
  const std::string lower = lower_case(words);
  std::vector<std::string_view> parts = split(lower);
  while (!parts.empty() && (parts.front() == "on" || parts.front() == "next" ||
                            parts.front() == "this" || parts.front() == "the")) {
    parts.erase(parts.begin());
  }
  if (parts.empty()) return std::nullopt;
  if (parts.size() == 1) {
    if (parts[0] == "today" || parts[0] == "tonight") return today;
    if (parts[0] == "tomorrow") return today + 1;
    if (parts[0] == "yesterday") return today - 1;
    if (const auto day = read_weekday(parts[0], today)) return day;
  }
  if (parts.size() == 3 && parts[0] == "in" && (parts[2] == "days" || parts[2] == "day")) {
    if (const auto count = number_of(parts[1])) return today + *count;
  }
  return read_dated(lower, today);
}

std::optional<int> read_time_of_day(std::string_view words) {
  std::string text;
  for (const std::string_view part : split(words)) {
    if (part != "at") text += lower_case(part);
  }
  if (text == "noon") return 12 * 60;
  if (text == "midnight") return 0;
  int add = 0;
  bool has_half = false;
  for (const std::string_view half : {"am", "pm"}) {
    if (!text.ends_with(half)) continue;
    has_half = true;
    add = half == "pm" ? 12 : 0;
    text.resize(text.size() - 2);
    break;
  }
  const std::size_t colon = text.find(':');
  const auto hour = number_of(std::string_view(text).substr(0, colon));
  const auto minute = colon == std::string::npos
                          ? std::optional(0)
                          : number_of(std::string_view(text).substr(colon + 1));
  if (!hour || !minute || *minute > 59 || *hour > (has_half ? 12 : 23)) return std::nullopt;
  return 60 * (has_half ? *hour % 12 + add : *hour) + *minute;
}

std::string time_words(std::int64_t local_s) {
  const auto time = std::chrono::sys_seconds(std::chrono::seconds(local_s));
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date{day};
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(time - day).count();
  std::string name(kWeekdayNames[std::chrono::weekday(day).c_encoding()].substr(0, 3));
  name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return fmt::format("{} {:04}-{:02}-{:02} {:02}:{:02}", name, static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     minutes / 60, minutes % 60);
}

} // namespace outpost::agents
