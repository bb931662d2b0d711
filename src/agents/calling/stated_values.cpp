#include "agents/calling/stated_values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "agents/call/coordinates.h"
#include "agents/call/letters.h"
#include "agents/calling/value_forms.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

bool has_text(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Has the slot's name one of these words?
bool is_called(const SlotSchema& slot, std::span<const std::string_view> names) {
  std::string parts;
  for (const char c : slot.name) { // checkOut
    if (is_capital(c) && !parts.empty() && is_lower(parts.back())) parts += ' ';
    parts += c == '_' ? ' ' : c;
  }
  return std::ranges::any_of(split_words(parts),
                             [names](const Word& word) { return is_one_of(word.text, names); });
}

constexpr auto kLatitudes = std::to_array<std::string_view>({"lat", "latitude"});
constexpr auto kLongitudes = std::to_array<std::string_view>({"lng", "lon", "long", "longitude"});

// Slots of coordinates in their order.
struct CoordinateSlots {
  std::vector<const SlotSchema*> latitudes;
  std::vector<const SlotSchema*> longitudes;
  std::vector<const SlotSchema*> pairs; // lists of both
};

CoordinateSlots coordinate_slots(const CallableTool& tool) {
  CoordinateSlots slots;
  for (const SlotSchema& slot : tool.slots) {
    const std::string note = lower_case(slot.description);
    if (is_numeric(slot.type) && slot.choices.empty()) {
      if (is_called(slot, kLatitudes)) slots.latitudes.push_back(&slot);
      if (is_called(slot, kLongitudes)) slots.longitudes.push_back(&slot);
    }
    const bool is_pair = slot.type == SlotType::kArray && slot.item_type == SlotType::kNumber &&
                         has_text(note, "latitude") && has_text(note, "longitude");
    if (is_pair) slots.pairs.push_back(&slot);
  }
  return slots;
}

bool is_that_number(const json::value* value, double number) {
  return value != nullptr && value->is_number() &&
         std::abs(value->to_number<double>() - number) < 1e-9;
}

void apply_coordinates(const CallableTool& tool, std::string_view request,
                       json::object& arguments) {
  const CoordinateSlots slots = coordinate_slots(tool);
  if (slots.latitudes.empty() && slots.pairs.empty()) return;
  const std::vector<Coordinates> said = find_coordinates(request);
  if (said.empty()) return;
  if (slots.pairs.size() == said.size()) {
    for (std::size_t i = 0; i < said.size(); ++i) {
      const std::string note = lower_case(slots.pairs[i]->description);
      json::array pair{said[i].latitude, said[i].longitude};
      if (note.find("longitude") < note.find("latitude")) std::swap(pair[0], pair[1]);
      arguments[slots.pairs[i]->name] = std::move(pair);
    }
  }
  if (slots.latitudes.size() != slots.longitudes.size()) return;
  for (std::size_t i = 0; i < slots.latitudes.size(); ++i) {
    const std::string& latitude = slots.latitudes[i]->name;
    const std::string& longitude = slots.longitudes[i]->name;
    const auto own = slots.latitudes.size() == said.size()
                         ? said.begin() + static_cast<std::ptrdiff_t>(i)
                         : std::ranges::find_if(said, [&](const Coordinates& place) {
                             return is_that_number(arguments.if_contains(latitude), place.latitude);
                           });
    if (own == said.end()) continue;
    arguments[latitude] = own->latitude;
    arguments[longitude] = own->longitude;
  }
}

// An amount of two units in the slot's one.
void apply_whole_amounts(const CallableTool& tool, const RequestValues& request,
                         json::object& arguments) {
  for (const SlotSchema& slot : tool.slots) {
    json::value* value = arguments.if_contains(slot.name);
    if (value == nullptr || !value->is_number() || !slot.choices.empty()) continue;
    const auto whole = whole_amount(tool, slot, value->to_number<double>(), request.compounds());
    if (!whole) continue;
    if (const auto integer = exact_integer(*whole)) {
      *value = *integer;
    } else if (slot.type == SlotType::kNumber) {
      *value = *whole;
    }
  }
}

// The only "from 2 to 8" or "between 2 and 8" of the request; nothing where there are two.
std::optional<std::array<double, 2>> only_range(const RequestValues& request) {
  constexpr std::size_t kLeadMax = 8; // bytes of "between "
  const std::string_view text = request.text();
  const std::vector<RequestNumber>& numbers = request.numbers();
  std::optional<std::array<double, 2>> range;
  for (std::size_t i = 0; i + 1 < numbers.size(); ++i) {
    const std::size_t reach = std::min(kLeadMax, numbers[i].begin);
    const std::string before = lower_case(text.substr(numbers[i].begin - reach, reach));
    const std::size_t end = numbers[i].end;
    const std::string_view between = text.substr(end, numbers[i + 1].begin - end);
    const bool is_range = (before.ends_with("from ") && between == " to ") ||
                          (before.ends_with("between ") && between == " and ");
    if (!is_range) continue;
    if (range) return std::nullopt;
    range = {numbers[i].value, numbers[i + 1].value};
  }
  return range;
}

// Bounds of a range for the only two slots that are called so.
void apply_range(const CallableTool& tool, const RequestValues& request, json::object& arguments) {
  static constexpr auto kFirst =
      std::to_array<std::string_view>({"from", "lower", "min", "minimum", "start"});
  static constexpr auto kLast =
      std::to_array<std::string_view>({"end", "max", "maximum", "to", "upper"});
  std::vector<const SlotSchema*> first;
  std::vector<const SlotSchema*> last;
  for (const SlotSchema& slot : tool.slots) {
    if (!is_numeric(slot.type) || !slot.choices.empty()) continue;
    if (is_called(slot, kFirst)) first.push_back(&slot);
    if (is_called(slot, kLast)) last.push_back(&slot);
  }
  if (first.size() != 1 || last.size() != 1 || first == last) return;
  const auto range = only_range(request);
  if (!range) return;
  const auto set = [&arguments](const SlotSchema& slot, double number) {
    if (const auto integer = exact_integer(number)) {
      arguments[slot.name] = *integer;
    } else if (slot.type == SlotType::kNumber) {
      arguments[slot.name] = number;
    }
  };
  set(*first.front(), (*range)[0]);
  set(*last.front(), (*range)[1]);
}

bool asks_for_day(const SlotSchema& slot) {
  const std::string note = lower_case(slot.name + " " + slot.description);
  return slot.type == SlotType::kString && slot.choices.empty() &&
         (has_text(note, "date") || has_text(note, "yyyy") || has_text(note, "day"));
}

// The day that a stay ends, for the slot of it beside one for its begin.
void apply_last_day(const CallableTool& tool, const RequestValues& request,
                    json::object& arguments) {
  static constexpr auto kEnds = std::to_array<std::string_view>(
      {"checkout", "end", "ending", "leave", "leaving", "out", "return", "to", "until"});
  static constexpr auto kBegins = std::to_array<std::string_view>(
      {"arrival", "begin", "checkin", "depart", "departure", "from", "in", "start", "starting"});
  const auto& last = request.last_day();
  if (!last || request.counted()) return;
  const auto slot_called = [&tool](std::span<const std::string_view> names) {
    return std::ranges::find_if(tool.slots, [names](const SlotSchema& slot) {
      return asks_for_day(slot) && is_called(slot, names);
    });
  };
  const auto end = slot_called(kEnds);
  const auto begin = slot_called(kBegins);
  if (end == tool.slots.end() || begin == tool.slots.end() || end == begin) return;
  const std::string day = fmt::format("{}-{:02}-{:02}", last->year, last->month, last->day);
  arguments[end->name] = in_form(*end, json::value(day), request);
}

// "2024-05-02T16:00:00Z" in its parts; digits alone are looked at.
struct DateTime {
  std::string_view date; // 2024-05-02
  std::string_view time; // 16:00
};

bool has_shape(std::string_view text, std::string_view shape) {
  return text.size() >= shape.size() &&
         std::ranges::equal(text.substr(0, shape.size()), shape, [](char c, char wanted) {
           return wanted == '0' ? is_digit(c) : wanted == 'T' ? c == 'T' || c == ' ' : c == wanted;
         });
}

std::optional<DateTime> read_date_time(const json::value& value) {
  constexpr std::size_t kDate = 10;
  constexpr std::size_t kTime = 5;
  if (!value.is_string() || !has_shape(value.get_string(), "0000-00-00T00:00")) return std::nullopt;
  const std::string_view text = value.get_string();
  return DateTime{text.substr(0, kDate), text.substr(kDate + 1, kTime)};
}

// The day of the request: the one that it counts, or its only date.
std::optional<CalendarDate> only_day(const RequestValues& request) {
  if (request.counted()) return request.counted()->day;
  const bool is_one = request.dates().size() == 1 && relative_day_words(request.text()).empty();
  return is_one ? std::optional(request.dates().front().date) : std::nullopt;
}

// Is the zone of the time told elsewhere?
bool has_zone_apart(const CallableTool& tool, const SlotSchema& slot) {
  static constexpr auto kZones = std::to_array<std::string_view>({"timezone", "tz", "zone"});
  const std::string note = lower_case(slot.description);
  const bool is_told = has_text(note, "timezone") || has_text(note, "time zone");
  const bool is_apart = is_told && (has_text(note, "not include") || has_text(note, "separate") ||
                                    has_text(note, "without"));
  const bool shows_zone = has_text(slot.description, "SSZ") || has_text(slot.description, "0Z");
  return is_apart || (!shows_zone && std::ranges::any_of(tool.slots, [&](const SlotSchema& other) {
           return &other != &slot && is_called(other, kZones);
         }));
}

void apply_date_time(const CallableTool& tool, const RequestValues& request,
                     json::object& arguments) {
  const SlotSchema* own = nullptr;
  for (const SlotSchema& slot : tool.slots) {
    const json::value* value = arguments.if_contains(slot.name);
    if (value == nullptr || !slot.choices.empty() || !read_date_time(*value)) continue;
    if (own != nullptr) return; // two: the request's may be either's
    own = &slot;
  }
  if (own == nullptr) return;
  json::string& text = arguments.at(own->name).as_string();
  std::string made(text);
  constexpr std::size_t kTimeAt = 11;
  constexpr std::size_t kSecondsAt = 16;
  const DateTime drafted = *read_date_time(arguments.at(own->name));
  if (const auto day = only_day(request); day && !is_day(drafted.date, *day)) {
    made.replace(0, kTimeAt - 1, fmt::format("{:04}-{:02}-{:02}", day->year, day->month, day->day));
  }
  if (const auto time = request.only_time()) {
    const std::string said = fmt::format("{:02}:{:02}", *time / 60, *time % 60);
    if (said != drafted.time) {
      made.replace(kTimeAt, said.size(), said);
      if (has_shape(made.substr(kSecondsAt), ":00")) made.replace(kSecondsAt, 3, ":00");
    }
  }
  const bool is_said = request.has_word("utc") || request.has_word("gmt") || request.has_word("z");
  if (made.back() == 'Z' && !is_said && !request.writes(made) && has_zone_apart(tool, *own)) {
    made.pop_back();
  }
  text = made;
}

} // namespace

void apply_stated(const CallableTool& tool, const RequestValues& request, json::object& arguments) {
  apply_coordinates(tool, request.text(), arguments);
  apply_whole_amounts(tool, request, arguments);
  apply_range(tool, request, arguments);
  apply_last_day(tool, request, arguments);
  apply_date_time(tool, request, arguments);
}

} // namespace outpost::agents
