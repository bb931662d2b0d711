#include "agents/calling/unit_words.h"

#include <algorithm>
#include <array>
#include <vector>

#include "agents/call/numbers.h"
#include "agents/call/words.h"

namespace outpost::agents {
namespace {

enum class Measure { kLength, kMass, kVolume, kTemperature };

struct Unit {
  Measure measure;
  std::array<std::string_view, 5> spellings;
};

constexpr auto kUnits = std::to_array<Unit>({
    {Measure::kLength, {"mm", "millimeter", "millimeters", "millimetre", "millimetres"}},
    {Measure::kLength, {"cm", "centimeter", "centimeters", "centimetre", "centimetres"}},
    {Measure::kLength, {"m", "meter", "meters", "metre", "metres"}},
    {Measure::kLength, {"km", "kilometer", "kilometers", "kilometre", "kilometres"}},
    {Measure::kLength, {"inch", "inches"}},
    {Measure::kLength, {"ft", "foot", "feet"}},
    {Measure::kLength, {"yd", "yard", "yards"}},
    {Measure::kLength, {"mile", "miles", "mi"}},
    {Measure::kMass, {"mg", "milligram", "milligrams"}},
    {Measure::kMass, {"g", "gram", "grams"}},
    {Measure::kMass, {"kg", "kilogram", "kilograms"}},
    {Measure::kMass, {"lb", "lbs", "pound", "pounds"}},
    {Measure::kMass, {"oz", "ounce", "ounces"}},
    {Measure::kVolume, {"ml", "milliliter", "milliliters", "millilitre", "millilitres"}},
    {Measure::kVolume, {"liter", "liters", "litre", "litres"}},
    {Measure::kTemperature, {"celsius"}},
    {Measure::kTemperature, {"fahrenheit"}},
    {Measure::kTemperature, {"kelvin"}},
});

const Unit* unit_of(std::string_view word) {
  const auto at = std::ranges::find_if(kUnits, [word](const Unit& unit) {
    return std::ranges::find(unit.spellings, word) != unit.spellings.end();
  });
  return word.empty() || at == kUnits.end() ? nullptr : &*at;
}

// "unit", "distance_units", but not one of the two of a conversion.
bool asks_for_unit(const SlotSchema& slot) {
  if (slot.type != SlotType::kString || !slot.choices.empty()) return false;
  const std::string name = lower_case(slot.name);
  const bool is_unit =
      name == "unit" || name == "units" || name.ends_with("_unit") || name.ends_with("_units");
  return is_unit && !name.starts_with("from") && !name.starts_with("to_") &&
         !name.starts_with("target") && !name.starts_with("source");
}

// Does the note have a unit of that measure, and none of several ("km/h")? Only then is the unit of
// an amount of the request meant.
bool names_one_of(std::string_view note, Measure measure) {
  bool found = false;
  for (const Word& word : split_words(note)) {
    const Unit* unit = unit_of(word.text);
    if (unit == nullptr) continue;
    const bool is_part = (word.end < note.size() && note[word.end] == '/') ||
                         (word.begin > 0 && note[word.begin - 1] == '/');
    if (is_part || unit->measure != measure) return false;
    found = true;
  }
  const std::string lower = lower_case(note);
  return found && lower.find("square") == std::string::npos &&
         lower.find("cubic") == std::string::npos && lower.find(" per ") == std::string::npos;
}

} // namespace

std::optional<std::string> said_unit(const SlotSchema& slot, std::string_view request) {
  if (!asks_for_unit(slot)) return std::nullopt;
  std::vector<std::string_view> said;
  const std::vector<Word> words = split_words(request);
  for (std::size_t i = 1; i < words.size(); ++i) { // "in miles", "degrees in celsius"
    const bool is_part = words[i].end < request.size() && request[words[i].end] == '/';
    if (words[i - 1].text == "in" && words[i].text.size() > 1 && !is_part)
      said.push_back(words[i].text);
  }
  for (const RequestNumber& number :
       find_numbers(request)) { // "5cm", "4 inches", "20 degrees celsius"
    const std::size_t space = number.end < request.size() && request[number.end] == ' ' ? 1 : 0;
    if (number.end + space >= request.size()) continue;
    const std::size_t from = number.end + space;
    const std::size_t end =
        request.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", from);
    const bool is_power =
        end != std::string_view::npos &&
        std::string_view("/^*0123456789").find(request[end]) != std::string_view::npos;
    if (!is_power) said.push_back(request.substr(from, end - from));
  }
  const Unit* unit = nullptr;
  std::string text;
  for (const std::string_view word : said) {
    const Unit* own = unit_of(lower_case(word));
    if (own == nullptr) continue;
    if (unit != nullptr && own != unit) return std::nullopt;
    if (unit == nullptr) text = std::string(word);
    unit = own;
  }
  const bool is_meant = unit != nullptr && names_one_of(slot.description, unit->measure);
  return is_meant ? std::optional(text) : std::nullopt;
}

} // namespace outpost::agents
