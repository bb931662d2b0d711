#include "agents/calling/value_forms.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "agents/call/words.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr auto kMonths = std::to_array<std::string_view>(
    {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"});

bool mentions(const SlotSchema& slot, std::string_view word) {
  return lower_case(slot.name + " " + slot.description).find(word) != std::string::npos;
}

std::optional<int> month_of(const std::string& word) {
  if (word.size() < 3) return std::nullopt;
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (word.starts_with(kMonths[i])) return static_cast<int>(i) + 1;
  }
  return std::nullopt;
}

// 11, 11th
std::optional<int> leading_number(const std::string& word) {
  int value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view rest(end, static_cast<std::size_t>(word.data() + word.size() - end));
  const bool is_ordinal = rest == "th" || rest == "st" || rest == "nd" || rest == "rd";
  if (!rest.empty() && !is_ordinal) return std::nullopt;
  return value;
}

std::optional<CalendarDate> checked(CalendarDate date) {
  const bool is_sound = date.year >= 1000 && date.year <= 9999 && date.month >= 1 &&
                        date.month <= 12 && date.day >= 1 && date.day <= 31;
  return is_sound ? std::optional(date) : std::nullopt;
}

std::string date_text(const SlotSchema& slot, const CalendarDate& date) {
  const std::string wanted = lower_case(slot.description);
  const auto has = [&wanted](std::string_view form) {
    return wanted.find(form) != std::string::npos;
  };
  if (has("mm/dd/yyyy")) return fmt::format("{:02}/{:02}/{}", date.month, date.day, date.year);
  if (has("dd/mm/yyyy")) return fmt::format("{:02}/{:02}/{}", date.day, date.month, date.year);
  if (has("mm-dd-yyyy")) return fmt::format("{:02}-{:02}-{}", date.month, date.day, date.year);
  if (has("dd-mm-yyyy")) return fmt::format("{:02}-{:02}-{}", date.day, date.month, date.year);
  return fmt::format("{}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kMarks = " ,.;:?!'\"";
  while (!text.empty() && std::string_view(" ,;:'\"").find(text.front()) != std::string_view::npos)
    text.remove_prefix(1);
  while (!text.empty() && kMarks.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return std::string(text);
}

json::value string_in_form(const SlotSchema& slot, std::string_view text) {
  if (mentions(slot, "date")) {
    if (const auto date = read_date(text)) return json::value(date_text(slot, *date));
  }
  // A sentence keeps its end.
  if (text.size() > 60) return json::value(text);
  return json::value(trimmed(text));
}

// 8 % is 0.08 unless the slot is told in percent.
json::value number_in_form(const SlotSchema& slot, const json::value& value,
                           const RequestValues& request) {
  const double number = value.to_number<double>();
  if (slot.type != SlotType::kNumber || mentions(slot, "percent") || mentions(slot, "%")) {
    return value;
  }
  const bool is_percent =
      std::ranges::any_of(request.numbers(), [number](const RequestNumber& found) {
        return found.is_percent && std::abs(found.value - number) < 1e-9;
      });
  return is_percent ? json::value(number / 100) : value;
}

} // namespace

std::optional<CalendarDate> read_date(std::string_view text) {
  const std::vector<Word> words = split_words(text);
  CalendarDate date;
  std::vector<int> numbers;
  for (const Word& word : words) {
    if (const auto month = month_of(word.text)) {
      if (date.month != 0) return std::nullopt;
      date.month = *month;
    } else if (const auto number = leading_number(word.text)) {
      numbers.push_back(*number);
    } else if (word.text != "of" && word.text != "the") {
      return std::nullopt;
    }
  }
  if (date.month != 0 && numbers.size() == 2) {
    const bool year_last = numbers[1] > 31;
    date.year = numbers[year_last ? 1 : 0];
    date.day = numbers[year_last ? 0 : 1];
    return checked(date);
  }
  if (date.month == 0 && numbers.size() == 3 && numbers[0] > 31) {
    return checked({numbers[0], numbers[1], numbers[2]});
  }
  return std::nullopt;
}

json::value in_form(const SlotSchema& slot, const json::value& value,
                    const RequestValues& request) {
  if (!slot.choices.empty()) return value;
  if (value.is_string()) return string_in_form(slot, value.get_string());
  if (value.is_number()) return number_in_form(slot, value, request);
  if (!value.is_array()) return value;
  json::array parts;
  for (const json::value& part : value.get_array()) {
    parts.push_back(part.is_string() ? json::value(trimmed(part.get_string())) : part);
  }
  return parts;
}

} // namespace outpost::agents
