#include "agents/calling/slot_cues.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agents/call/words.h"
#include "agents/calling/flag_words.h"
#include "agents/calling/named_choices.h"
#include "agents/calling/request_values.h"
#include "agents/calling/time_units.h"
#include "agents/calling/tool_ranking.h"
#include "agents/calling/unit_words.h"
#include "agents/calling/value_forms.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr auto kBefore = std::to_array<double>({1.0, 0.9, 0.7, 0.4});
constexpr auto kAfter = std::to_array<double>({0.6, 0.4});
constexpr double kClearCue = 0.7;

constexpr double kNamedInside = 1.2; // "Hilton Hotel" for hotel_name

// "in Chicago" for a slot that is a place.
bool is_place_cue(const std::vector<std::string>& slot, const std::vector<Word>& before) {
  static constexpr auto kPlaces = std::to_array<std::string_view>(
      {"location", "city", "place", "country", "region", "area", "town", "destin"});
  if (before.empty() || (before.back().text != "in" && before.back().text != "near")) return false;
  return std::ranges::any_of(slot,
                             [](const std::string& stem) { return is_one_of(stem, kPlaces); });
}

// By its name, the form it shows or how its note begins: "The start date of ...".
bool asks_for_date(const SlotSchema& slot) {
  constexpr std::size_t kNoteWords = 3;
  if (slot.type != SlotType::kString) return false;
  if (lower_case(slot.description).find("yyyy") != std::string::npos) return true;
  std::vector<std::string> stems = content_stems(slot.description);
  stems.resize(std::min(stems.size(), kNoteWords));
  std::ranges::move(content_stems(slot.name), std::back_inserter(stems));
  return std::ranges::find(stems, stem("date")) != stems.end();
}

// Numbers that are written as text: order_id, case_number.
bool is_code_slot(const SlotSchema& slot) {
  const auto stems = content_stems(slot.name);
  return std::ranges::any_of(stems, [](const std::string& stem) {
    return stem == "number" || stem == "id" || stem == "code" || stem == "cod";
  });
}

// Is the drafted text the value with words around it that only name the slot ("directed by X")?
bool is_padded(const SlotSchema& slot, const json::string& drafted, const OutlinedValue& value) {
  const auto stems = content_stems(slot.name);
  const RequestValues inside(value.text);
  return std::ranges::all_of(split_words(drafted), [&](const Word& word) {
    return inside.has_stem(word.stem) || is_function_word(word.text) ||
           std::ranges::find(stems, word.stem) != stems.end();
  });
}

// "2" and 2.
bool is_number(const json::value& choice, double number) {
  if (choice.is_number()) return choice.to_number<double>() == number;
  return choice.is_string() && lone_number(choice.get_string()) == number;
}

// A value of the slot's type from what stands in the request.
std::optional<json::value> as_argument(const SlotSchema& slot, const OutlinedValue& value) {
  if (!slot.choices.empty()) {
    const auto is_it = [&value](const json::value& choice) {
      return value.number && is_number(choice, *value.number);
    };
    const auto choice = std::ranges::find_if(slot.choices, is_it);
    return choice == slot.choices.end() ? std::nullopt : std::optional(*choice);
  }
  if (slot.type == SlotType::kString) {
    const bool is_code = value.text.find_first_of("_(") != std::string::npos; // a name of a tool
    if (value.number && is_code_slot(slot)) return json::value(value.text);
    if (value.number || is_code || value.is_date != asks_for_date(slot)) return std::nullopt;
    return json::value(value.text);
  }
  if (!value.number) return std::nullopt;
  if (slot.type == SlotType::kNumber) return json::value(*value.number);
  const bool is_whole = *value.number == std::floor(*value.number);
  if (slot.type != SlotType::kInteger || !is_whole || std::abs(*value.number) > 9e15) {
    return std::nullopt;
  }
  return json::value(static_cast<std::int64_t>(*value.number));
}

struct Pair {
  double cue = 0;
  const SlotSchema* slot = nullptr;
  const OutlinedValue* value = nullptr;
};

std::vector<Pair> cued_pairs(const CallableTool& tool, std::string_view request,
                             const RequestOutline& outline) {
  std::vector<Pair> pairs;
  for (const SlotSchema& slot : tool.slots) {
    for (const OutlinedValue& value : outline.values()) {
      if (value.is_used || !as_argument(slot, value)) continue;
      const double strength = cue(slot, value, request);
      if (strength >= kClearCue) pairs.push_back({strength, &slot, &value});
    }
  }
  std::ranges::sort(pairs, [](const Pair& a, const Pair& b) {
    if (a.cue != b.cue) return a.cue > b.cue;
    return std::pair(a.slot, a.value) < std::pair(b.slot, b.value); // both lie in arrays
  });
  return pairs;
}

// The only choice that has a word of the request to itself: "London" among names of time zones.
std::optional<json::value> told_apart(const SlotSchema& slot, const RequestValues& request) {
  constexpr std::size_t kWordMin = 4;
  std::vector<std::vector<std::string>> stems; // of each choice
  for (const json::value& choice : slot.choices) {
    if (!choice.is_string()) return std::nullopt;
    stems.push_back(content_stems(choice.get_string()));
  }
  std::optional<json::value> told;
  for (std::size_t i = 0; i < stems.size(); ++i) {
    const bool is_told = std::ranges::any_of(stems[i], [&](const std::string& part) {
      const auto having = std::ranges::count_if(stems, [&part](const auto& other) {
        return std::ranges::find(other, part) != other.end();
      });
      return part.size() >= kWordMin && having == 1 && request.has_stem(part);
    });
    if (!is_told) continue;
    if (told) return std::nullopt;
    told = slot.choices[i];
  }
  return told;
}

// The only choice that the request spells out.
std::optional<json::value> spelled_choice(const SlotSchema& slot, std::string_view request) {
  const std::vector<Word> words = split_words(request);
  std::optional<json::value> spelled;
  for (const json::value& choice : slot.choices) {
    if (!choice.is_string()) return std::nullopt;
    const std::vector<Word> parts = split_words(choice.get_string());
    const auto at = std::search(words.begin(), words.end(), parts.begin(), parts.end(),
                                [](const Word& a, const Word& b) { return a.stem == b.stem; });
    if (parts.empty() || at == words.end() || is_function_word(parts.front().text)) continue;
    if (spelled) return std::nullopt;
    spelled = choice;
  }
  return spelled;
}

} // namespace

double cue(const SlotSchema& slot, const OutlinedValue& value, std::string_view request) {
  const auto stems = content_stems(slot.name);
  const auto names = [&stems](const std::string& stem) {
    return std::ranges::find(stems, stem) != stems.end();
  };
  const std::size_t from = value.begin > 60 ? value.begin - 60 : 0;
  const std::vector<Word> before = split_words(request.substr(from, value.begin - from));
  if (!value.number) {
    const std::vector<Word> inside = split_words(value.text);
    const auto is_name = [&names](const Word& word) { return names(word.stem); };
    const bool says_more = std::ranges::any_of(inside, [&is_name](const Word& word) {
      return !is_name(word) && !is_function_word(word.text);
    });
    if (!says_more) return 0; // "Case No": the slot's name, not its value
    if (std::ranges::any_of(inside, is_name)) return kNamedInside;
  }
  double strength =
      is_place_cue(stems, before) || (value.is_date && asks_for_date(slot)) ? kClearCue : 0;
  for (std::size_t i = 0; i < std::min(kBefore.size(), before.size()); ++i) {
    const Word& word = before[before.size() - 1 - i];
    const char first = word.text.front();
    if (first >= '0' && first <= '9') break; // another value's cue lies beyond
    if (names(word.stem)) return std::max(strength, kBefore[i]);
  }
  const std::vector<Word> after = split_words(request.substr(value.end, 30));
  for (std::size_t i = 0; i < std::min(kAfter.size(), after.size()); ++i) {
    if (names(after[i].stem))
      return std::max(strength, value.number ? kAfter[i] + 0.15 : kAfter[i]);
  }
  return strength;
}

void apply_cues(const CallableTool& tool, std::string_view request, const RequestOutline& outline,
                bool keeps_founded, json::object& arguments) {
  const RequestValues values(request);
  std::set<const SlotSchema*> filled;
  std::set<const OutlinedValue*> taken;
  for (const Pair& pair : cued_pairs(tool, request, outline)) {
    if (filled.contains(pair.slot) || taken.contains(pair.value)) continue;
    filled.insert(pair.slot);
    taken.insert(pair.value);
    const json::value* drafted = arguments.if_contains(pair.slot->name);
    if (drafted != nullptr && pair.value->is_date && drafted->is_string()) {
      const std::string_view day = drafted->get_string();
      if (values.has_day(day) || day.find(':') != std::string_view::npos) continue;
    } else if (keeps_founded && drafted != nullptr && values.support(*drafted) >= 0.5) {
      continue;
    }
    if (drafted != nullptr && drafted->is_string() && !pair.value->is_date &&
        drafted->get_string().size() >= pair.value->text.size() && is_in(*pair.value, *drafted) &&
        !is_padded(*pair.slot, drafted->get_string(), *pair.value)) {
      continue;
    }
    arguments[pair.slot->name] = *as_argument(*pair.slot, *pair.value);
  }
  const auto items_of = [&](const SlotSchema& slot) {
    const json::value* drafted = arguments.if_contains(slot.name);
    return named_items(slot, request, drafted == nullptr ? json::value() : *drafted);
  };
  for (const SlotSchema& slot : tool.slots) {
    const FlagWords flag = is_flag(slot) ? flag_words(tool, slot, values) : FlagWords{};
    if (flag.named) {
      if (!flag.refused) arguments[slot.name] = flag_value(slot, true);
    } else if (json::array items = items_of(slot); !items.empty()) {
      arguments[slot.name] = std::move(items);
    } else if (const auto times = said_frequency(request); times && asks_for_compounding(slot)) {
      arguments[slot.name] = static_cast<std::int64_t>(*times);
    } else if (const auto unit = said_unit(slot, request)) {
      arguments[slot.name] = *unit;
    } else if (const auto choice = spelled_choice(slot, request)) {
      arguments[slot.name] = *choice;
    } else if (const auto told = told_apart(slot, values)) {
      arguments[slot.name] = *told;
    }
  }
}

} // namespace outpost::agents
