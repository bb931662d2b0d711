// Values in the form that a slot asks for: dates as the description spells them, percentages as
// shares, text without the marks around it. Rules alone; a value that no rule is sure of stays.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "agents/calling/request_values.h"
#include "agents/calling/tool_schema.h"

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

// The value as the slot's description asks for it.
boost::json::value in_form(const SlotSchema& slot, const boost::json::value& value,
                           const RequestValues& request);

} // namespace outpost::agents
