#include "agents/call/dates.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <string>
#include <vector>

#include "agents/call/letters.h"
#include "agents/call/words.h"

namespace outpost::agents {
namespace {

constexpr auto kMonths = std::to_array<std::string_view>(
    {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"});
constexpr auto kMonthNames =
    std::to_array<std::string_view>({"january", "february", "march", "april", "may", "june", "july",
                                     "august", "september", "october", "november", "december"});

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

bool names_month(std::string_view letters) {
  constexpr std::size_t kLeast = 3;
  return letters.size() >= kLeast && std::ranges::any_of(kMonthNames, [letters](auto name) {
           return name.starts_with(letters);
         });
}

// The bytes up to where letters begin or end; an ordinal's letters belong to its digits.
std::size_t run_of_kind(std::string_view text) {
  const bool digits = is_digit(text.front());
  std::size_t end = 1;
  while (end < text.size() && is_digit(text[end]) == digits) ++end;
  const std::string_view ordinal = text.substr(end, 2);
  const bool is_ordinal =
      digits && (ordinal == "th" || ordinal == "st" || ordinal == "nd" || ordinal == "rd");
  return is_ordinal ? end + 2 : end;
}

// "june01", "1stjune2022": a word that has a month and digits, in its parts. Longer words are none,
// or a text of one word would be taken into as many parts as it has letters.
std::vector<Word> date_words(std::string_view text) {
  constexpr std::size_t kBytesMax = 24;
  std::vector<Word> parts;
  for (Word& word : split_words(text)) {
    const bool is_mixed = is_digit(word.text.front()) != is_digit(word.text.back()) ||
                          (is_digit(word.text.front()) && word.text.size() > 6);
    std::vector<Word> own;
    bool has_month = false;
    const bool is_plain = word.end - word.begin == word.text.size();
    if (is_mixed && is_plain && word.text.size() <= kBytesMax) {
      for (std::size_t at = 0; at < word.text.size();) {
        const std::size_t size = run_of_kind(std::string_view(word.text).substr(at));
        own.push_back({word.text.substr(at, size), {}, word.begin + at, word.begin + at + size});
        has_month = has_month || names_month(own.back().text);
        at += size;
      }
    }
    if (has_month) {
      std::ranges::move(own, std::back_inserter(parts));
    } else {
      parts.push_back(std::move(word));
    }
  }
  return parts;
}

std::optional<CalendarDate> checked(CalendarDate date) {
  const bool is_sound = date.year >= 1000 && date.year <= 9999 && date.month >= 1 &&
                        date.month <= 12 && date.day >= 1 && date.day <= 31;
  return is_sound ? std::optional(date) : std::nullopt;
}

} // namespace

std::optional<CalendarDate> read_date(std::string_view text) {
  const std::vector<Word> words = date_words(text);
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
  const std::vector<Word> words = date_words(text);
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
