// Dates as people write them.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace outpost::agents {

struct CalendarDate {
  int year = 0;
  int month = 0; // 1 to 12
  int day = 0;   // 1 to 31
  friend bool operator==(const CalendarDate&, const CalendarDate&) = default;
};

// "March 5, 2023", "5th of March 2023", "Mar.11, 2022", "June01 2023", "2023-03-05", "2023/03/05";
// the whole text must be one date with a year.
std::optional<CalendarDate> read_date(std::string_view text);

struct FoundDate {
  std::size_t begin = 0; // bytes of the text
  std::size_t end = 0;
  CalendarDate date;
};

// The dates that stand in a text, in their order.
std::vector<FoundDate> find_dates(std::string_view text);

// Is the text that day, in whatever order its numbers stand: "03/05/2023" and "05/03/2023"?
bool is_day(std::string_view text, const CalendarDate& date);

} // namespace outpost::agents
