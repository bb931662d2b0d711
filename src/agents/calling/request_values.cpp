#include "agents/calling/request_values.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "agents/call/dates.h"
#include "agents/call/words.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

bool same(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(b)); }

// A text that is a number and nothing else.
std::optional<double> whole_number(std::string_view text) {
  const std::vector<RequestNumber> found = find_numbers(text);
  const bool is_whole = found.size() == 1 && found[0].begin == 0 && found[0].end == text.size();
  return is_whole ? std::optional(found[0].value) : std::nullopt;
}

} // namespace

RequestValues::RequestValues(std::string_view text)
    : lower_(lower_case(text)), numbers_(find_numbers(text)), words_(split_words(text)) {
  for (const Word& word : words_) stems_.insert(word.stem);
}

bool RequestValues::has_number(double value) const {
  return std::ranges::any_of(numbers_, [value](const RequestNumber& number) {
    return same(value, number.value) || same(value, -number.value) ||
           (number.is_percent && same(value, number.value / 100));
  });
}

double RequestValues::word_share(std::string_view value) const {
  const std::string lower = lower_case(value);
  if (!lower.empty() && lower_.find(lower) != std::string::npos) return 1;
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
    if (const auto number = whole_number(value.get_string())) return has_number(*number) ? 1 : 0;
    const auto date = read_date(value.get_string()); // the request may write it in another form
    if (date && has_number(date->day) && has_number(date->year)) return 1;
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
