#include "agents/calling/time_units.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "agents/call/letters.h"
#include "agents/call/words.h"

namespace outpost::agents {
namespace {

struct TimeUnit {
  bool is_calendar; // months and years have no fixed number of days
  double size;      // seconds, months
  std::string_view plural;
  std::array<std::string_view, 4> others;
};

constexpr auto kTimeUnits = std::to_array<TimeUnit>({
    {false, 1, "seconds", {"second", "sec", "secs"}},
    {false, 60, "minutes", {"minute", "min", "mins"}},
    {false, 3600, "hours", {"hour", "hr", "hrs"}},
    {false, 86400, "days", {"day"}},
    {false, 604800, "weeks", {"week"}},
    {true, 1, "months", {"month"}},
    {true, 12, "years", {"year", "yr", "yrs"}},
});

constexpr auto kFrequencies = std::to_array<std::pair<std::string_view, double>>({
    {"annually", 1},
    {"yearly", 1},
    {"semiannually", 2},
    {"quarterly", 4},
    {"monthly", 12},
    {"weekly", 52},
    {"daily", 365},
});

const TimeUnit* unit_called(std::string_view word, bool only_plural) {
  const auto at = std::ranges::find_if(kTimeUnits, [&](const TimeUnit& unit) {
    return unit.plural == word || (!only_plural && !word.empty() &&
                                   std::ranges::find(unit.others, word) != unit.others.end());
  });
  return at == kTimeUnits.end() ? nullptr : &*at;
}

// "in seconds", "number of days", or a slot that is called so. None where its note says two.
const TimeUnit* time_unit_of(const SlotSchema& slot) {
  const TimeUnit* found = nullptr;
  const std::vector<Word> words = split_words(slot.description);
  for (std::size_t i = 1; i < words.size(); ++i) {
    const bool is_amount = words[i - 1].text == "in" ||
                           (i > 1 && words[i - 1].text == "of" && words[i - 2].text == "number");
    const TimeUnit* unit = is_amount ? unit_called(words[i].text, true) : nullptr;
    if (unit != nullptr && found != nullptr && unit != found) return nullptr;
    if (unit != nullptr) found = unit;
  }
  return found != nullptr ? found : unit_called(lower_case(slot.name), true);
}

// The unit right behind the number: "3 minutes", "5-day".
const TimeUnit* unit_behind(std::string_view request, const RequestNumber& number) {
  if (number.end + 1 >= request.size()) return nullptr;
  const char between = request[number.end];
  if (between != ' ' && between != '-') return nullptr;
  constexpr std::size_t kBytesMax = 12;
  const std::vector<Word> words = split_words(request.substr(number.end + 1, kBytesMax));
  if (words.empty() || words.front().begin != 0) return nullptr;
  return unit_called(words.front().text, false);
}

bool same_number(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)});
}

} // namespace

std::optional<double> in_unit_of(const SlotSchema& slot, double value, std::string_view request,
                                 std::span<const RequestNumber> numbers) {
  const TimeUnit* wanted = time_unit_of(slot);
  const TimeUnit* said = nullptr;
  if (wanted == nullptr) return std::nullopt;
  for (const RequestNumber& number : numbers) {
    if (!same_number(number.value, value)) continue;
    const TimeUnit* unit = unit_behind(request, number);
    if (unit == nullptr || (said != nullptr && unit != said)) return std::nullopt;
    said = unit;
  }
  if (said == nullptr || said == wanted || said->is_calendar != wanted->is_calendar)
    return std::nullopt;
  return value * said->size / wanted->size;
}

bool is_said_time(double value, std::string_view request, std::span<const RequestNumber> numbers) {
  return std::ranges::any_of(numbers, [&](const RequestNumber& number) {
    const TimeUnit* said = unit_behind(request, number);
    return said != nullptr && std::ranges::any_of(kTimeUnits, [&](const TimeUnit& unit) {
             return unit.is_calendar == said->is_calendar &&
                    same_number(value, number.value * said->size / unit.size);
           });
  });
}

bool is_time_for_another(const SlotSchema& slot, double value, std::string_view request,
                         std::span<const RequestNumber> numbers) {
  static constexpr auto kOfTime = std::to_array<std::string_view>(
      {"age", "date", "duration", "frequency", "length", "long", "night", "nights", "old", "past",
       "period", "periods", "span", "stay", "term", "time", "timeframe"});
  std::string said = slot.name + " " + slot.description;
  std::ranges::replace(said, '_', ' ');
  const bool speaks_of_time = std::ranges::any_of(split_words(said), [](const Word& word) {
    return is_one_of(word.text, kOfTime) || unit_called(word.text, false) != nullptr;
  });
  if (speaks_of_time) return false;
  bool found = false;
  for (const RequestNumber& number : numbers) {
    if (!same_number(number.value, value)) continue;
    const bool is_nights = request.substr(number.end).starts_with(" night");
    if (!is_nights && unit_behind(request, number) == nullptr) return false;
    found = true;
  }
  return found;
}

std::optional<double> said_frequency(std::string_view request) {
  std::string joined(request);
  std::erase(joined, '-'); // "semi-annually"
  std::optional<double> said;
  for (const Word& word : split_words(joined)) {
    const auto at =
        std::ranges::find(kFrequencies, word.text, &std::pair<std::string_view, double>::first);
    if (at == kFrequencies.end()) continue;
    if (said && *said != at->second) return std::nullopt;
    said = at->second;
  }
  return said;
}

bool asks_for_compounding(const SlotSchema& slot) {
  const std::string note = lower_case(slot.name + " " + slot.description);
  const auto has = [&note](std::string_view word) { return note.find(word) != std::string::npos; };
  return is_numeric(slot.type) && has("compound") && (has("times") || has("periods"));
}

} // namespace outpost::agents
