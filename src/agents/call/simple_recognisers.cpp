// Addresses, numbers and fixed choices.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "agents/call/recognisers.h"
#include "agents/tools/argument_schema.h"

namespace outpost::agents {
namespace {

constexpr double kSure = 1.0;
constexpr double kBareNumber = 0.5; // it is a number, but whose?

bool in_address(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(".!#$%&*+-/=_~").find(c) != std::string_view::npos;
}

struct NumberWord {
  std::string_view word;
  int value;
};
constexpr auto kNumberWords = std::to_array<NumberWord>(
    {{"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},      {"five", 5},
     {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},      {"ten", 10},
     {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14}, {"fifteen", 15},
     {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19}, {"twenty", 20},
     {"thirty", 30},  {"forty", 40},     {"fifty", 50},    {"sixty", 60},    {"seventy", 70},
     {"eighty", 80},  {"ninety", 90},    {"hundred", 100}, {"dozen", 12},    {"couple", 2}});

std::optional<double> number_word(std::string_view word) {
  const auto at = std::find_if(kNumberWords.begin(), kNumberWords.end(),
                               [word](const NumberWord& known) { return known.word == word; });
  return at == kNumberWords.end() ? std::nullopt : std::optional<double>(at->value);
}

// "3", "3x", "x3".
std::optional<double> digits(std::string_view word) {
  if (word.size() > 1 && word.front() == 'x') word.remove_prefix(1);
  if (word.size() > 1 && word.back() == 'x') word.remove_suffix(1);
  double value = 0;
  const auto [end, error] =
      std::from_chars(word.data(), word.data() + word.size(), value, std::chars_format::fixed);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

// "3.5" and "1,200" are cut into words at the sign; this puts them together again.
std::optional<double> joined_digits(const Text& text, std::size_t first) {
  if (first + 1 >= text.words.size()) return std::nullopt;
  const Word& a = text.words[first];
  const Word& b = text.words[first + 1];
  if (b.begin != a.end + 1 || !digits(a.text) || !digits(b.text)) return std::nullopt;
  const char sign = text.raw[a.end];
  if (sign == '.') return digits(a.text + "." + b.text);
  if (sign == ',' && b.text.size() == 3) return digits(a.text + b.text);
  return std::nullopt;
}

} // namespace

void EmailRecogniser::find(const Text& text, std::vector<Mention>& found) const {
  for (std::size_t at = text.raw.find('@'); at != std::string::npos;
       at = text.raw.find('@', at + 1)) {
    std::size_t begin = at;
    std::size_t end = at + 1;
    while (begin > 0 && in_address(text.raw[begin - 1])) --begin;
    while (end < text.raw.size() && in_address(text.raw[end])) ++end;
    while (end > at && !is_email(std::string_view(text.raw).substr(begin, end - begin))) --end;
    if (end == at) continue;
    found.push_back({kind_,
                     boost::json::string(lower_case(text.raw.substr(begin, end - begin))),
                     begin,
                     end,
                     kSure,
                     {},
                     false});
  }
}

NumberRecogniser::NumberRecogniser(const ValueKind& kind)
    : kind_(kind.name), whole_(kind.type == ValueType::kInteger), minimum_(kind.minimum),
      maximum_(kind.maximum) {}

void NumberRecogniser::find(const Text& text, std::vector<Mention>& found) const {
  for (std::size_t i = 0; i < text.words.size(); ++i) {
    std::size_t last = i;
    auto number = joined_digits(text, i);
    if (number) {
      ++last;
    } else {
      number = digits(text.words[i].text);
      if (!number) number = number_word(text.words[i].text);
    }
    if (!number) continue;
    const bool in_range = (!minimum_ || *number >= *minimum_) &&
                          (!maximum_ || *number <= *maximum_) && std::abs(*number) < 9e15;
    if (in_range && (!whole_ || *number == std::floor(*number))) {
      const boost::json::value value = whole_
                                           ? boost::json::value(static_cast<std::int64_t>(*number))
                                           : boost::json::value(*number);
      found.push_back(
          {kind_, value, text.words[i].begin, text.words[last].end, kBareNumber, {}, false});
    }
    i = last;
  }
}

ChoiceRecogniser::ChoiceRecogniser(const ValueKind& kind) : kind_(kind.name) {
  for (const std::string& choice : kind.choices) {
    std::vector<std::string> stems;
    for (const Word& word : split_words(choice)) stems.push_back(word.stem);
    choices_.emplace_back(choice, std::move(stems));
  }
}

void ChoiceRecogniser::find(const Text& text, std::vector<Mention>& found) const {
  for (const auto& [choice, stems] : choices_) {
    const auto at =
        std::search(text.words.begin(), text.words.end(), stems.begin(), stems.end(),
                    [](const Word& word, const std::string& s) { return word.stem == s; });
    if (stems.empty() || at == text.words.end()) continue;
    const auto last = at + static_cast<std::ptrdiff_t>(stems.size()) - 1;
    found.push_back({kind_, boost::json::string(choice), at->begin, last->end, kSure, {}, false});
  }
}

} // namespace outpost::agents
