#include "agents/calling/request_outline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "agents/call/dates.h"
#include "agents/call/letters.h"
#include "agents/call/words.h"
#include "agents/calling/currency_codes.h"
#include "agents/calling/literal_lists.h"
#include "agents/calling/request_values.h"
#include "agents/calling/value_forms.h"
#include "agents/calling/wish_clauses.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr auto kWishJoiners = std::to_array<std::string_view>(
    {"after", "also", "another", "both", "each", "finally", "lastly", "next", "respectively",
     "same", "second", "secondly", "similarly", "then", "third", "while"});

// 'text' or "text" that opens after white space and closes before it or punctuation.
std::size_t quoted_end(std::string_view text, std::size_t at) {
  const char mark = text[at];
  if (mark != '\'' && mark != '"') return at;
  if (at > 0 && std::string_view(" (,[:").find(text[at - 1]) == std::string_view::npos) return at;
  const std::size_t close = text.find(mark, at + 1);
  if (close == std::string_view::npos || close == at + 1 || close - at > 80) return at;
  const bool ends = close + 1 >= text.size() ||
                    std::string_view(" ),.?!]:;").find(text[close + 1]) != std::string_view::npos;
  return ends ? close + 1 : at;
}

bool starts_sentence(std::string_view text, std::size_t at) {
  std::size_t before = at;
  while (before > 0 && (text[before - 1] == ' ' || text[before - 1] == '"' ||
                        text[before - 1] == '\'' || text[before - 1] == '\n')) {
    --before;
  }
  return before == 0 || std::string_view(".?!:").find(text[before - 1]) != std::string_view::npos;
}

std::vector<OutlinedValue> quotes_of(std::string_view text) {
  std::vector<OutlinedValue> found;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t end = quoted_end(text, at);
    if (end == at || (at == 0 && end == text.size())) continue;
    found.push_back({at, end, std::string(text.substr(at + 1, end - at - 2)), std::nullopt});
    at = end - 1;
  }
  return found;
}

std::vector<OutlinedValue> dates_of(std::string_view text) {
  std::vector<OutlinedValue> found;
  for (const FoundDate& date : find_dates(text)) {
    const std::string_view said = text.substr(date.begin, date.end - date.begin);
    found.push_back({date.begin, date.end, std::string(said), {}, {}, false, true});
  }
  return found;
}

// Runs of capitalised words; one that only begins a sentence is none.
std::vector<OutlinedValue> names_of(std::string_view text) {
  std::vector<OutlinedValue> found;
  const std::vector<Word> words = split_words(text);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!is_capital(text[words[i].begin]) || words[i].text == "i" ||
        is_function_word(words[i].text)) {
      continue;
    }
    std::size_t last = i;
    while (last + 1 < words.size() && words[last + 1].begin == words[last].end + 1 &&
           text[words[last].end] == ' ' && is_capital(text[words[last + 1].begin]) &&
           words[last + 1].text != "i") {
      ++last;
    }
    const bool only_begins = last == i && starts_sentence(text, words[i].begin);
    if (!only_begins) {
      const std::size_t begin = words[i].begin;
      const std::size_t end = words[last].end;
      found.push_back({begin, end, std::string(text.substr(begin, end - begin)), {}});
    }
    i = last;
  }
  return found;
}

std::vector<OutlinedValue> lists_of(std::string_view text) {
  std::vector<OutlinedValue> found;
  for (LiteralList& list : find_literal_lists(text)) {
    OutlinedValue value{
        list.begin, list.end, std::string(text.substr(list.begin, list.end - list.begin)), {}};
    value.list = std::move(list.values);
    found.push_back(std::move(value));
  }
  return found;
}

void add_free(std::vector<OutlinedValue>& values, std::vector<OutlinedValue> more) {
  for (OutlinedValue& value : more) {
    const bool is_free = std::ranges::none_of(values, [&value](const OutlinedValue& other) {
      return value.begin < other.end && other.begin < value.end;
    });
    if (is_free) values.push_back(std::move(value));
  }
}

// Equal, whole numbers and others alike.
bool same_list(const json::array& a, const json::array& b) {
  return std::ranges::equal(a, b, [](const json::value& x, const json::value& y) {
    return x.is_number() && y.is_number() ? x.to_number<double>() == y.to_number<double>() : x == y;
  });
}

} // namespace

bool is_in(const OutlinedValue& value, const json::value& argument) {
  if (value.list && argument.is_array() && same_list(*value.list, argument.get_array()))
    return true;
  if (argument.is_array()) {
    return std::ranges::any_of(argument.get_array(),
                               [&](const json::value& part) { return is_in(value, part); });
  }
  if (argument.is_object()) {
    return std::ranges::any_of(argument.get_object(),
                               [&](const auto& part) { return is_in(value, part.value()); });
  }
  if (argument.is_number()) {
    if (!value.number) return false;
    const double number = argument.to_number<double>();
    return std::abs(number - *value.number) < 1e-9 * std::max(1.0, std::abs(number)) ||
           std::abs(number * 100 - *value.number) < 1e-9 * std::max(1.0, std::abs(number));
  }
  if (!argument.is_string()) return false;
  const std::string text = lower_case(argument.get_string());
  const std::string own = lower_case(value.text);
  if (text.empty()) return false;
  if (value.is_date) {
    const auto date = read_date(value.text);
    if (date && is_day(argument.get_string(), *date)) return true;
  }
  if (names_currency(value.text, argument.get_string())) return true; // Euro, EUR
  return text.find(own) != std::string::npos || own.find(text) != std::string::npos;
}

RequestOutline::RequestOutline(std::string_view request) {
  add_free(values_, lists_of(request));
  add_free(values_, dates_of(request));
  add_free(values_, quotes_of(request));
  std::vector<OutlinedValue> numbers;
  for (const RequestNumber& number : find_numbers(request)) {
    OutlinedValue value;
    value.begin = number.begin;
    value.end = number.end;
    value.text = request.substr(number.begin, number.end - number.begin);
    value.number = number.value;
    value.is_spelled = value.text.find_first_of("0123456789") == std::string::npos;
    numbers.push_back(std::move(value));
  }
  add_free(values_, std::move(numbers));
  add_free(values_, names_of(request));
  std::ranges::sort(values_, {}, &OutlinedValue::begin);
  const std::vector<Clause> sentences = split_sentences(request);
  for (OutlinedValue& value : values_) {
    value.sentence = static_cast<std::size_t>(std::ranges::count_if(
        sentences, [&value](const Clause& sentence) { return sentence.end <= value.begin; }));
  }
  joins_wishes_ = std::ranges::any_of(
      split_words(request), [](const Word& word) { return is_one_of(word.text, kWishJoiners); });
}

std::size_t RequestOutline::use(const json::object& arguments) {
  std::vector<OutlinedValue*> found;
  std::map<std::size_t, std::size_t> in_sentence;
  for (OutlinedValue& value : values_) {
    const bool is_said =
        !value.is_used && std::ranges::any_of(arguments, [&](const auto& argument) {
          return is_in(value, argument.value());
        });
    if (!is_said) continue;
    found.push_back(&value);
    ++in_sentence[value.sentence];
  }
  std::map<std::string, OutlinedValue*, std::less<>> chosen; // one call says a value once
  for (OutlinedValue* value : found) {
    OutlinedValue*& best = chosen[lower_case(value->text)];
    const bool is_better =
        best == nullptr || in_sentence[value->sentence] > in_sentence[best->sentence];
    if (is_better) best = value;
  }
  for (const auto& [text, value] : chosen) value->is_used = true;
  return chosen.size();
}

std::size_t RequestOutline::unused() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      values_, [](const OutlinedValue& value) { return !value.is_used && !value.is_spelled; }));
}

std::size_t RequestOutline::unused_like(const json::object& arguments) const {
  const auto kind_of = [](const OutlinedValue& value) {
    return value.list ? 3U : value.is_date ? 2U : value.number ? 1U : 0U;
  };
  std::array<bool, 4> taken{};
  for (const OutlinedValue& value : values_) {
    const bool is_taken = std::ranges::any_of(
        arguments, [&value](const auto& argument) { return is_in(value, argument.value()); });
    if (is_taken) taken[kind_of(value)] = true;
  }
  return static_cast<std::size_t>(std::ranges::count_if(values_, [&](const OutlinedValue& value) {
    return !value.is_used && !value.is_spelled && taken[kind_of(value)];
  }));
}

std::vector<double> RequestOutline::unused_numbers() const {
  std::vector<double> numbers;
  for (const OutlinedValue& value : values_) {
    if (!value.is_used && value.number && !value.is_spelled) numbers.push_back(*value.number);
  }
  return numbers;
}

std::vector<std::string> RequestOutline::unused_texts() const {
  std::vector<std::string> texts;
  for (const OutlinedValue& value : values_) {
    if (!value.is_used && !value.number && !value.list) texts.push_back(value.text);
  }
  return texts;
}

std::vector<json::array> RequestOutline::unused_lists() const {
  std::vector<json::array> lists;
  for (const OutlinedValue& value : values_) {
    if (!value.is_used && value.list) lists.push_back(*value.list);
  }
  return lists;
}

std::vector<Clause> RequestOutline::untouched(std::string_view request) const {
  std::vector<Clause> parts;
  for (const Clause& sentence : split_sentences(request)) {
    std::size_t begin = sentence.begin;
    for (const OutlinedValue& value : values_) {
      const bool is_within = value.begin >= sentence.begin && value.end <= sentence.end;
      if (is_within && value.is_used) begin = std::max(begin, value.end);
    }
    parts.push_back({begin, sentence.end});
  }
  return parts;
}

std::string RequestOutline::rest(std::string_view request) const {
  std::string text;
  for (const Clause& part : untouched(request)) {
    text += request.substr(part.begin, part.end - part.begin);
  }
  return text;
}

bool RequestOutline::has(const Clause& part, bool used) const {
  return std::ranges::any_of(values_, [&part, used](const OutlinedValue& value) {
    return value.is_used == used && value.begin >= part.begin && value.end <= part.end;
  });
}

std::string_view RequestOutline::next_part(std::string_view request) const {
  for (const Clause& part : untouched(request)) {
    const std::string_view text = request.substr(part.begin, part.end - part.begin);
    for (const Clause& wish : split_wishes(text)) {
      const Clause place{part.begin + wish.begin, part.begin + wish.end};
      if (has(place, false)) return request.substr(place.begin, place.end - place.begin);
    }
  }
  return {};
}

} // namespace outpost::agents
