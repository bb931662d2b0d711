// Addresses, numbers and fixed choices.
#include <algorithm>
#include <cmath>

#include "agents/call/numbers.h"
#include "agents/call/recognisers.h"
#include "agents/tools/argument_schema.h"

namespace outpost::agents {
namespace {

constexpr double kSure = 1.0;
constexpr double kBareNumber = 0.5; // it is a number, but whose?
// Of a kind that is announced by words: with one of them, and without.
constexpr double kAnnouncedNumber = 0.7;
constexpr double kUnannouncedNumber = 0.46;

bool in_address(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(".!#$%&*+-/=_~").find(c) != std::string_view::npos;
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
      maximum_(kind.maximum) {
  for (const std::string& cue : kind.cues) {
    for (const Word& word : split_words(cue)) cues_.insert(word.stem);
  }
}

// The word before the number or the one after it: "20 euros", "room 4".
bool NumberRecogniser::has_cue(const Text& text, std::size_t begin, std::size_t end) const {
  const Word* before = nullptr;
  for (const Word& word : text.words) {
    if (word.end <= begin) before = &word;
    if (word.begin >= end)
      return cues_.contains(word.stem) || (before != nullptr && cues_.contains(before->stem));
  }
  return before != nullptr && cues_.contains(before->stem);
}

void NumberRecogniser::find(const Text& text, std::vector<Mention>& found) const {
  for (const RequestNumber& number : find_numbers(text.raw)) {
    const double value = number.value;
    const bool in_range = (!minimum_ || value >= *minimum_) && (!maximum_ || value <= *maximum_) &&
                          std::abs(value) < 9e15;
    if (!in_range || (whole_ && value != std::floor(value))) continue;
    const bool announced = has_cue(text, number.begin, number.end);
    const double bare = cues_.empty() ? kBareNumber : kUnannouncedNumber;
    found.push_back(
        {kind_,
         whole_ ? boost::json::value(static_cast<std::int64_t>(value)) : boost::json::value(value),
         number.begin,
         number.end,
         announced ? kAnnouncedNumber : bare,
         {},
         announced});
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
