// Dates as people write them.
#pragma once
#include <optional>
#include <string_view>

namespace outpost::agents {

struct CalendarDate {
  int year = 0;
  int month = 0; // 1 to 12
  int day = 0;   // 1 to 31
  friend bool operator==(const CalendarDate&, const CalendarDate&) = default;
};

// "March 5, 2023", "5th of March 2023", "Mar.11, 2022", "2023-03-05", "2023/03/05"; the whole text
// must be one date with a year.
std::optional<CalendarDate> read_date(std::string_view text);

} // namespace outpost::agents
