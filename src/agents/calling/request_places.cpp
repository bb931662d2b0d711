#include "agents/calling/request_places.h"

#include <algorithm>
#include <array>
#include <utility>

#include "agents/call/letters.h"
#include "agents/call/words.h"

namespace outpost::agents {
namespace {

using State = std::pair<std::string_view, std::string_view>;

constexpr auto kStates = std::to_array<State>({
    {"alabama", "AL"},        {"alaska", "AK"},
    {"arizona", "AZ"},        {"arkansas", "AR"},
    {"california", "CA"},     {"colorado", "CO"},
    {"connecticut", "CT"},    {"dc", "DC"},
    {"delaware", "DE"},       {"florida", "FL"},
    {"georgia", "GA"},        {"hawaii", "HI"},
    {"idaho", "ID"},          {"illinois", "IL"},
    {"indiana", "IN"},        {"iowa", "IA"},
    {"kansas", "KS"},         {"kentucky", "KY"},
    {"louisiana", "LA"},      {"maine", "ME"},
    {"maryland", "MD"},       {"massachusetts", "MA"},
    {"michigan", "MI"},       {"minnesota", "MN"},
    {"mississippi", "MS"},    {"missouri", "MO"},
    {"montana", "MT"},        {"nebraska", "NE"},
    {"nevada", "NV"},         {"new hampshire", "NH"},
    {"new jersey", "NJ"},     {"new mexico", "NM"},
    {"new york", "NY"},       {"north carolina", "NC"},
    {"north dakota", "ND"},   {"ohio", "OH"},
    {"oklahoma", "OK"},       {"oregon", "OR"},
    {"pennsylvania", "PA"},   {"rhode island", "RI"},
    {"south carolina", "SC"}, {"south dakota", "SD"},
    {"tennessee", "TN"},      {"texas", "TX"},
    {"utah", "UT"},           {"vermont", "VT"},
    {"virginia", "VA"},       {"washington", "WA"},
    {"west virginia", "WV"},  {"wisconsin", "WI"},
    {"wyoming", "WY"},
});

// Is it more often a town than a state?
bool is_town_too(std::string_view region) {
  const std::string name = lower_case(region);
  return name == "new york" || name == "washington";
}

bool is_code(std::string_view text) {
  return text.size() == 2 && is_capital(text[0]) && is_capital(text[1]);
}

// "Portland Oregon" as a town and its state.
RequestPlace split_name(std::string_view name) {
  for (std::size_t space = name.find(' '); space != std::string_view::npos;
       space = name.find(' ', space + 1)) {
    const std::string_view region = name.substr(space + 1);
    const bool is_state = region.size() > 2 ? state_code(region).has_value()
                                            : is_code(region) && state_code(region).has_value();
    if (is_state && !is_town_too(region))
      return {std::string(name.substr(0, space)), std::string(region)};
  }
  return {std::string(name), {}};
}

// A state's name in small letters behind a town: "in san diego, california".
std::string small_state_after(std::string_view request, std::size_t end) {
  const std::string_view rest = request.substr(end, 24);
  const std::size_t skipped = rest.find_first_not_of(", ");
  if (skipped == 0 || skipped == std::string_view::npos) return {};
  const std::vector<Word> words = split_words(rest.substr(skipped));
  if (words.empty() || words.front().text.size() < 4) return {};
  return state_code(words.front().text) ? words.front().text : std::string();
}

bool is_place(const OutlinedValue& value) {
  return !value.number && !value.list && !value.is_date &&
         value.text.find_first_of("\"\\\n") == std::string::npos;
}

} // namespace

std::optional<std::string> state_code(std::string_view name) {
  const std::string lower = lower_case(name);
  const auto at = std::ranges::find_if(kStates, [&lower](const State& state) {
    return state.first == lower || lower_case(state.second) == lower;
  });
  return at == kStates.end() ? std::nullopt : std::optional(std::string(at->second));
}

std::vector<RequestPlace> places_of(std::string_view request, const RequestOutline& outline) {
  const std::vector<OutlinedValue>& values = outline.values();
  std::vector<RequestPlace> places;
  for (std::size_t i = 0; i < values.size() && places.size() < kPlacesMax; ++i) {
    if (!is_place(values[i])) continue;
    RequestPlace place = split_name(values[i].text);
    const bool has_next = i + 1 < values.size() && is_place(values[i + 1]) &&
                          values[i + 1].begin == values[i].end + 2 &&
                          request.substr(values[i].end, 2) == ", ";
    if (place.region.empty() && has_next) {
      const std::string& next = values[i + 1].text;
      if (is_code(next) || (state_code(next) && !is_town_too(next))) {
        place.region = next;
        ++i;
      }
    }
    if (place.region.empty()) place.region = small_state_after(request, values[i].end);
    places.push_back(std::move(place));
  }
  return places;
}

} // namespace outpost::agents
