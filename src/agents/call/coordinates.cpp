#include "agents/call/coordinates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "agents/call/letters.h"
#include "agents/call/numbers.h"
#include "agents/call/words.h"

namespace outpost::agents {
namespace {

constexpr auto kSides = std::to_array<std::pair<std::string_view, char>>(
    {{"north", 'N'}, {"south", 'S'}, {"east", 'E'}, {"west", 'W'}});

std::size_t after_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  return at;
}

// Between the two of a pair.
bool only_joins(std::string_view between) {
  const std::size_t from = between.find_first_not_of(" ,;/-");
  return from == std::string_view::npos || between == " and " || between == ", and ";
}

} // namespace

CompassSide compass_side(std::string_view text, std::size_t at) {
  CompassSide found;
  at = after_spaces(text, at);
  for (const std::string_view degrees : {"\u00b0", "degrees", "degree"}) {
    if (!text.substr(at).starts_with(degrees)) continue;
    found.has_degrees = true;
    at = after_spaces(text, at + degrees.size());
    break;
  }
  std::size_t end = at;
  while (end < text.size() && is_letter(text[end])) ++end;
  const std::string_view word = text.substr(at, end - at);
  const bool goes_on = end < text.size() && is_digit(text[end]);
  if (word.empty() || goes_on) return found;
  const std::string lower = lower_case(word);
  for (const auto& [name, side] : kSides) {
    const bool is_letter_of = word.size() == 1 && word.front() == side;
    if (!is_letter_of && lower != name) continue;
    found.side = side;
    found.is_word = !is_letter_of;
    found.end = end;
  }
  return found;
}

std::vector<Coordinates> find_coordinates(std::string_view text) {
  constexpr double kLatitudeMost = 90;
  constexpr double kLongitudeMost = 180;
  std::vector<Coordinates> found;
  const std::vector<RequestNumber> numbers = find_numbers(text);
  for (std::size_t i = 0; i + 1 < numbers.size(); ++i) {
    const CompassSide first = compass_side(text, numbers[i].end);
    const CompassSide second = compass_side(text, numbers[i + 1].end);
    if (first.side == 0 || second.side == 0 || first.end > numbers[i + 1].begin) continue;
    if (!only_joins(text.substr(first.end, numbers[i + 1].begin - first.end))) continue;
    const auto is_across = [](char side) { return side == 'N' || side == 'S'; };
    if (is_across(first.side) == is_across(second.side)) continue;
    const auto value = [](const RequestNumber& number, char side) {
      return std::abs(number.value) * (side == 'S' || side == 'W' ? -1 : 1);
    };
    Coordinates pair{numbers[i].begin, second.end, value(numbers[i], first.side),
                     value(numbers[i + 1], second.side)};
    if (!is_across(first.side)) std::swap(pair.latitude, pair.longitude);
    if (std::abs(pair.latitude) > kLatitudeMost || std::abs(pair.longitude) > kLongitudeMost)
      continue;
    found.push_back(pair);
    ++i;
  }
  return found;
}

} // namespace outpost::agents
