#include "agents/calling/request_values.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "agents/call/dates.h"
#include "agents/call/day_times.h"
#include "agents/call/letters.h"
#include "agents/call/words.h"
#include "agents/calling/currency_codes.h"
#include "agents/calling/time_units.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

bool same(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(b)); }

bool is_word_sign(char c) { return is_letter(c) || is_digit(c); }

// Does `text` have `part` as it is, not begun or ended inside a word? Both in lower case. Scripts
// without spaces have no such bounds.
bool stands_in(std::string_view text, std::string_view part) {
  if (part.empty()) return false;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + 1)) {
    const std::size_t end = at + part.size();
    const bool begins = at == 0 || !is_word_sign(text[at - 1]) || !is_word_sign(part.front());
    const bool ends = end == text.size() || !is_word_sign(text[end]) || !is_word_sign(part.back());
    if (begins && ends) return true;
  }
  return false;
}

} // namespace

RequestValues::RequestValues(std::string_view text)
    : text_(text), lower_(lower_case(text)), numbers_(find_numbers(text)),
      words_(split_words(text)), dates_(find_dates(text)), day_times_(find_day_times(text)),
      frequency_(said_frequency(text)), counted_(counted_day(text)), last_day_(counted_end(text)),
      compounds_(find_compounds(text)) {
  for (const Word& word : words_) stems_.insert(word.stem);
}

bool RequestValues::has_number(double value) const {
  const bool is_written = std::ranges::any_of(numbers_, [value](const RequestNumber& number) {
    return same(value, number.value) || same(value, -number.value) ||
           (number.is_percent && same(value, number.value / 100));
  });
  return is_written || frequency_ == value || is_said_time(value, text_, numbers_) ||
         is_whole_amount(value, compounds_) || (only_time() && value * 60 == *only_time());
}

bool RequestValues::has_day(std::string_view value) const {
  if (counted_ && is_day(value, counted_->day)) return true;
  if (last_day_ && is_day(value, *last_day_)) return true;
  return std::ranges::any_of(dates_,
                             [value](const FoundDate& found) { return is_day(value, found.date); });
}

std::optional<int> RequestValues::only_time() const {
  const bool is_one = !day_times_.empty() && std::ranges::all_of(day_times_, [this](int time) {
    return time == day_times_.front();
  });
  return is_one ? std::optional(day_times_.front()) : std::nullopt;
}

double RequestValues::word_share(std::string_view value) const {
  if (stands_in(lower_, lower_case(value))) return 1;
  double words = 0;
  double known = 0;
  for (const Word& word : split_words(value)) {
    words += 1;
    known += stems_.contains(word.stem) ? 1 : 0;
  }
  return words == 0 ? 0 : known / words;
}

double RequestValues::support(const json::value& value) const {
  if (value.is_number()) return has_number(value.to_number<double>()) ? 1 : 0;
  if (value.is_string()) {
    if (const auto number = lone_number(value.get_string())) return has_number(*number) ? 1 : 0;
    if (has_day(value.get_string())) return 1; // the request may write it in another form
    if (names_currency(text_, value.get_string())) return 1;
    const std::vector<int> time = find_day_times(value.get_string());
    if (time.size() == 1 && value.get_string().size() == 5) { // "17:30" for "5:30pm"
      if (std::ranges::find(day_times_, time.front()) != day_times_.end()) return 1;
    }
    const auto date = read_date(value.get_string());
    const bool is_other_month =
        date && std::ranges::any_of(dates_, [&date](const FoundDate& found) {
          return found.date.day == date->day && found.date.year == date->year;
        });
    if (date && !is_other_month && has_number(date->day) && has_number(date->year)) return 1;
    return word_share(value.get_string());
  }
  double sum = 0;
  double count = 0;
  const auto add = [&](const json::value& part) {
    sum += support(part);
    count += 1;
  };
  if (value.is_array()) {
    for (const json::value& part : value.get_array()) add(part);
  } else if (value.is_object()) {
    for (const auto& [name, part] : value.get_object()) add(part);
  }
  return count == 0 ? 0 : sum / count;
}

} // namespace outpost::agents
