#include "agents/calling/relative_days.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <vector>

#include "agents/call/numbers.h"
#include "agents/call/words.h"

namespace outpost::agents {
namespace {

constexpr int kWeek = 7;
constexpr int kDaysMost = 3650; // a count beyond tells something else

constexpr auto kWeekdays = std::to_array<std::string_view>(
    {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"});

std::optional<int> weekday_of(const Word& word) {
  const auto at = std::ranges::find(kWeekdays, word.text);
  if (at == kWeekdays.end()) return std::nullopt;
  return static_cast<int>(at - kWeekdays.begin());
}

std::chrono::sys_days as_days(const CalendarDate& date) {
  return std::chrono::year(date.year) / date.month / date.day;
}

CalendarDate after(const CalendarDate& date, int days) {
  const std::chrono::year_month_day day(as_days(date) + std::chrono::days(days));
  return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
          static_cast<int>(static_cast<unsigned>(day.day()))};
}

// What the request says of today.
struct Today {
  FoundDate date;
  int weekday = 0;
  std::size_t from = 0; // words that say it
  std::size_t to = 0;
};

// "today is Monday, April 4th 2022", "today's date is 2022-04-04 Monday".
std::optional<Today> said_today(std::string_view request, const std::vector<Word>& words) {
  constexpr std::size_t kReach = 5; // words from "today" to the date
  for (const FoundDate& date : find_dates(request)) {
    const auto first = static_cast<std::size_t>(
        std::ranges::find_if(words, [&](const Word& word) { return word.begin >= date.begin; }) -
        words.begin());
    std::size_t last = first;
    while (last < words.size() && words[last].begin < date.end) ++last;
    const std::size_t least = first > kReach ? first - kReach : 0;
    for (std::size_t at = first; at-- > least;) {
      if (words[at].text != "today" && words[at].text != "todays") continue;
      const bool says =
          at + 1 < words.size() && (words[at].text == "todays" || words[at + 1].text == "is" ||
                                    at + 1 == first || weekday_of(words[at + 1]));
      if (!says) continue;
      Today today{date, 0, at, last};
      const std::chrono::weekday day(as_days(date.date));
      today.weekday = static_cast<int>(day.c_encoding());
      if (last < words.size() && weekday_of(words[last])) ++today.to;
      for (std::size_t i = at; i < today.to; ++i) {
        if (const auto named = weekday_of(words[i])) today.weekday = *named;
      }
      return today;
    }
  }
  return std::nullopt;
}

// Days from today that the word at `i` counts; none when it counts none.
std::optional<int> days_at(const std::vector<Word>& words, std::size_t i, const Today& today) {
  const std::string& word = words[i].text;
  if (word == "tomorrow") {
    const bool is_next = i > 1 && words[i - 1].text == "after" && words[i - 2].text == "day";
    return is_next ? 2 : 1;
  }
  if (word == "yesterday") return -1;
  if (const auto weekday = weekday_of(words[i])) {
    const int ahead = (*weekday - today.weekday + kWeek) % kWeek;
    return ahead == 0 ? kWeek : ahead;
  }
  const bool is_count = (word == "days" || word == "day" || word == "weeks" || word == "week");
  if (!is_count || i < 2 || words[i - 2].text != "in") return std::nullopt;
  const auto number = find_numbers(words[i - 1].text);
  if (number.size() != 1 || number[0].value < 1 || number[0].value > kDaysMost) return std::nullopt;
  return static_cast<int>(number[0].value) * (word.starts_with("week") ? kWeek : 1);
}

} // namespace

std::optional<CountedDay> counted_day(std::string_view request) {
  const std::vector<Word> words = split_words(request);
  const auto today = said_today(request, words);
  if (!today) return std::nullopt;
  std::optional<int> days;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i >= today->from && i < today->to) continue;
    const auto own = days_at(words, i, *today);
    if (!own) continue;
    if (days && *days != *own) return std::nullopt;
    days = own;
  }
  if (!days) return std::nullopt;
  return CountedDay{today->date.date, after(today->date.date, *days)};
}

std::optional<CalendarDate> counted_end(std::string_view request) {
  const std::vector<FoundDate> dates = find_dates(request);
  if (dates.size() != 1) return std::nullopt;
  const std::vector<Word> words = split_words(request);
  std::optional<int> days;
  for (std::size_t i = 2; i < words.size(); ++i) {
    const bool is_night = words[i].text == "nights" || words[i].text == "night";
    const bool is_week = words[i].text == "weeks" || words[i].text == "week";
    const bool is_apart = words[i - 2].text == "in" ||
                          (i + 1 < words.size() && words[i + 1].text == "ago"); // no length
    if ((!is_night && !is_week) || is_apart) continue;
    const auto number = find_numbers(words[i - 1].text);
    const bool is_one = words[i - 1].text == "a";
    if (number.size() != 1 && !is_one) continue;
    const double count = is_one ? 1 : number[0].value;
    if (count < 1 || count != std::floor(count) || count > kDaysMost / kWeek) return std::nullopt;
    const int own = static_cast<int>(count) * (is_week ? kWeek : 1);
    if (days && *days != own) return std::nullopt;
    days = own;
  }
  if (!days) return std::nullopt;
  return after(dates.front().date, *days);
}

std::string_view relative_day_words(std::string_view request) {
  static constexpr auto kLeads =
      std::to_array<std::string_view>({"next", "this", "coming", "upcoming"});
  static constexpr auto kSpans =
      std::to_array<std::string_view>({"day", "week", "weekend", "month", "quarter", "year"});
  const std::vector<Word> words = split_words(request);
  std::string_view found;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_lone = words[i].text == "tomorrow" || words[i].text == "yesterday";
    const bool is_led = i > 0 && is_one_of(words[i - 1].text, kLeads) &&
                        (weekday_of(words[i]) || is_one_of(words[i].text, kSpans));
    if (!is_lone && !is_led) continue;
    if (!found.empty()) return {};
    const std::size_t begin = words[is_led ? i - 1 : i].begin;
    found = request.substr(begin, words[i].end - begin);
  }
  return found;
}

} // namespace outpost::agents
