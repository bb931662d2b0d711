#include "agents/calling/measures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>

#include "agents/call/letters.h"
#include "agents/call/numbers.h"
#include "agents/call/words.h"

namespace outpost::agents {
namespace {

using enum MeasureKind;

struct MeasureUnit {
  MeasureKind kind;
  double size;
  std::array<std::string_view, 6> spellings;
};

constexpr auto kMeasureUnits = std::to_array<MeasureUnit>({
    {kLength, 1, {"mm", "millimeter", "millimeters", "millimetre", "millimetres"}},
    {kLength, 10, {"cm", "centimeter", "centimeters", "centimetre", "centimetres"}},
    {kLength, 1000, {"m", "meter", "meters", "metre", "metres"}},
    {kLength, 1e6, {"km", "kilometer", "kilometers", "kilometre", "kilometres"}},
    {kLength, 25.4, {"inch", "inches", "in", "\""}},
    {kLength, 304.8, {"foot", "feet", "ft", "'"}},
    {kLength, 914.4, {"yard", "yards", "yd"}},
    {kLength, 1609344, {"mile", "miles", "mi"}},
    {kMass, 1, {"g", "gram", "grams"}},
    {kMass, 1000, {"kg", "kilo", "kilos", "kilogram", "kilograms"}},
    {kMass, 28.349523125, {"oz", "ounce", "ounces"}},
    {kMass, 453.59237, {"lb", "lbs", "pound", "pounds"}},
    {kMass, 6350.29318, {"stone", "stones"}},
    {kVolume, 1, {"ml", "milliliter", "milliliters", "millilitre", "millilitres"}},
    {kVolume, 1000, {"l", "liter", "liters", "litre", "litres"}},
    {kTime, 1, {"s", "second", "seconds", "sec", "secs"}},
    {kTime, 60, {"minute", "minutes", "min", "mins"}},
    {kTime, 3600, {"h", "hour", "hours", "hr", "hrs"}},
    {kTime, 86400, {"day", "days"}},
    {kTime, 604800, {"week", "weeks"}},
    {kCalendar, 1, {"month", "months"}},
    {kCalendar, 12, {"year", "years", "yr", "yrs"}},
});

const MeasureUnit* measure_unit(std::string_view word) {
  const auto at = std::ranges::find_if(kMeasureUnits, [word](const MeasureUnit& unit) {
    return std::ranges::find(unit.spellings, word) != unit.spellings.end();
  });
  return word.empty() || at == kMeasureUnits.end() ? nullptr : &*at;
}

struct SaidUnit {
  const MeasureUnit* unit = nullptr;
  std::size_t end = 0;
};

// The unit at `at`, after a space or a hyphen: a word, or a mark of feet or inches.
SaidUnit said_at(std::string_view text, std::size_t at, const MeasureUnit* larger) {
  if (at >= text.size()) return {};
  if (text[at] == '\'' || text[at] == '"') return {measure_unit(text.substr(at, 1)), at + 1};
  if (text[at] == ' ' || text[at] == '-') ++at;
  std::size_t end = at;
  while (end < text.size() && is_letter(text[end])) ++end;
  std::string word = lower_case(text.substr(at, end - at));
  if (word == "m" && larger != nullptr && larger->kind == kTime) word = "min"; // "1h 30m"
  return {measure_unit(word), end};
}

bool joins_units(std::string_view between) {
  return between.empty() || between == " " || between == " and " || between == ", " ||
         between == ", and ";
}

bool same_amount(double a, double b) {
  return std::abs(a - b) <= 1e-6 * std::max({1.0, std::abs(a), std::abs(b)});
}

// "in inches", "(cm)", "number of minutes", height_cm. None where there are several, or one is a
// part of another ("meters per second").
const MeasureUnit* asked_unit(const SlotSchema& slot) {
  const MeasureUnit* found = nullptr;
  const auto take = [&found](std::string_view word) {
    const MeasureUnit* unit = word == "in" ? nullptr : measure_unit(word);
    if (unit == nullptr) return true;
    if (found != nullptr && found != unit) return false;
    found = unit;
    return true;
  };
  const std::string_view note = slot.description;
  const std::vector<Word> words = split_words(note);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_bracketed = words[i].begin > 0 && note[words[i].begin - 1] == '(';
    const bool is_asked =
        i > 0 && (words[i - 1].text == "in" ||
                  (words[i - 1].text == "of" && i > 1 && words[i - 2].text == "number"));
    if (!is_bracketed && !is_asked) continue;
    const bool is_part = (i + 1 < words.size() && words[i + 1].text == "per") ||
                         (words[i].end < note.size() && note[words[i].end] == '/');
    if (is_part || !take(words[i].text)) return nullptr;
  }
  if (found != nullptr) return found;
  const std::string name = lower_case(slot.name);
  const std::size_t last = name.rfind('_');
  const std::string_view tail = std::string_view(name).substr(last + 1); // all where there is none
  return tail.size() > 1 && !take(tail) ? nullptr : tail.size() > 1 ? found : nullptr;
}

} // namespace

std::vector<CompoundAmount> find_compounds(std::string_view request) {
  std::vector<CompoundAmount> found;
  const std::vector<RequestNumber> numbers = find_numbers(request);
  for (std::size_t i = 0; i + 1 < numbers.size(); ++i) {
    const RequestNumber& first = numbers[i];
    const RequestNumber& second = numbers[i + 1];
    const SaidUnit large = said_at(request, first.end, nullptr);
    if (large.unit == nullptr || large.end > second.begin) continue;
    if (!joins_units(request.substr(large.end, second.begin - large.end))) continue;
    const SaidUnit small = said_at(request, second.end, large.unit);
    if (small.unit == nullptr || small.unit->kind != large.unit->kind) continue;
    const double part = second.value * small.unit->size;
    const bool is_rest = first.value == std::floor(first.value) && first.value > 0 &&
                         second.value > 0 && part < large.unit->size;
    if (!is_rest) continue;
    const double total = first.value * large.unit->size + part;
    found.push_back(
        {first.begin, small.end, first.value, second.value, total, part, large.unit->kind});
    ++i;
  }
  return found;
}

std::optional<double> whole_amount(const CallableTool& tool, const SlotSchema& slot, double value,
                                   const std::vector<CompoundAmount>& amounts) {
  if (amounts.empty()) return std::nullopt;
  const MeasureUnit* unit = asked_unit(slot);
  if (unit == nullptr) return std::nullopt;
  const bool is_apart = std::ranges::any_of(tool.slots, [unit](const SlotSchema& other) {
    const MeasureUnit* own = is_numeric(other.type) ? asked_unit(other) : nullptr;
    return own != nullptr && own != unit && own->kind == unit->kind;
  });
  if (is_apart) return std::nullopt;
  std::optional<double> whole;
  for (const CompoundAmount& amount : amounts) {
    const double size = value * unit->size;
    const bool has = amount.larger == value || amount.smaller == value ||
                     same_amount(size, amount.rest) ||
                     same_amount(size, amount.total - amount.rest);
    if (amount.kind != unit->kind || !has) continue;
    const double total = std::round(amount.total / unit->size * 1e6) / 1e6;
    if (whole && *whole != total) return std::nullopt;
    whole = total;
  }
  return whole;
}

bool is_whole_amount(double value, const std::vector<CompoundAmount>& amounts) {
  return std::ranges::any_of(amounts, [value](const CompoundAmount& amount) {
    return std::ranges::any_of(kMeasureUnits, [&](const MeasureUnit& unit) {
      return unit.kind == amount.kind && same_amount(value * unit.size, amount.total);
    });
  });
}

} // namespace outpost::agents
