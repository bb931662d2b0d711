// Days that a request counts from one that it calls today: "next Friday" where it says "today is
// May 6, 2024". Rules alone; no clock is read.
#pragma once
#include <optional>
#include <string_view>

#include "agents/call/dates.h"

namespace outpost::agents {

struct CountedDay {
  CalendarDate today;
  CalendarDate day;
};

// The one day that is counted so ("tomorrow", "in 3 days", "the upcoming Monday"); none where there
// are several, or the request does not say what day it is. A weekday that it gives today is
// believed.
std::optional<CountedDay> counted_day(std::string_view request);

// The day on which something ends that begins on the request's only date and lasts as many nights
// or weeks as it says: "for 3 nights from 1 June 2022". None where it says two lengths, or none.
std::optional<CalendarDate> counted_end(std::string_view request);

// The one day or time that a request names relative to an unsaid today, as it says it: "next
// Friday", "tomorrow", "this weekend"; empty where there are several or none.
std::string_view relative_day_words(std::string_view request);

} // namespace outpost::agents
