#include "agents/call/dates.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "agents/call/words.h"

namespace outpost::agents {
namespace {

constexpr auto kMonths = std::to_array<std::string_view>(
    {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"});

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

std::vector<FoundDate> find_dates(std::string_view text) {
  constexpr std::size_t kBytesMax = 30;
  std::vector<FoundDate> found;
  const std::vector<Word> words = split_words(text);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].text == "of" || words[i].text == "the") continue;
    for (std::size_t count = std::min<std::size_t>(5, words.size() - i); count >= 3; --count) {
      const std::size_t begin = words[i].begin;
      const std::size_t end = words[i + count - 1].end;
      if (end - begin > kBytesMax) continue;
      const auto date = read_date(text.substr(begin, end - begin));
      if (!date) continue;
      found.push_back({begin, end, *date});
      i += count - 1;
      break;
    }
  }
  return found;
}

bool is_day(std::string_view text, const CalendarDate& date) {
  if (const auto read = read_date(text)) return *read == date;
  std::vector<int> numbers;
  for (const Word& word : split_words(text)) {
    const auto number = leading_number(word.text);
    if (!number) return false;
    numbers.push_back(*number);
  }
  if (numbers.size() != 3 || numbers[2] != date.year) return false;
  return (numbers[0] == date.day && numbers[1] == date.month) ||
         (numbers[0] == date.month && numbers[1] == date.day);
}

} // namespace outpost::agents
