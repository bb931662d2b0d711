#include "agents/calling/slot_cues.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agents/call/letters.h"
#include "agents/call/words.h"
#include "agents/calling/flag_words.h"
#include "agents/calling/named_choices.h"
#include "agents/calling/request_values.h"
#include "agents/calling/text_forms.h"
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

// Behind these a number belongs to another thing than what stands before them: "60 nails and 200
// screws", "a yield of 4 % after 9 years".
constexpr auto kParting =
    std::to_array<std::string_view>({"after", "and", "during", "for", "over", "per", "within"});

// Does a comma part what ends there from what follows?
bool ends_part(std::string_view text, std::size_t end) {
  return end < text.size() && (text[end] == ',' || text[end] == ';');
}

// The words of a slot's name that no other slot of its tool has; all where there are none.
std::vector<std::string> telling_stems(const SlotSchema& slot,
                                       const std::set<std::string>& shared) {
  const std::vector<std::string> stems = content_stems(slot.name);
  std::vector<std::string> own = stems;
  std::erase_if(own, [&shared](const std::string& stem) { return shared.contains(stem); });
  return own.empty() ? stems : own;
}

// Stems that the names of several slots have: "initial_value", "final_value".
std::set<std::string> shared_stems(const CallableTool& tool) {
  std::set<std::string> seen;
  std::set<std::string> shared;
  for (const SlotSchema& slot : tool.slots) {
    const std::vector<std::string> stems = content_stems(slot.name);
    for (const std::string& stem : std::set<std::string>(stems.begin(), stems.end())) {
      if (!seen.insert(stem).second) shared.insert(stem);
    }
  }
  return shared;
}

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

// "Portland, OR" for Portland where the slot asks for both.
bool has_region(const SlotSchema& slot, const json::value* drafted, const OutlinedValue& value) {
  return drafted != nullptr && drafted->is_string() && region_form(slot) &&
         std::string_view(drafted->get_string()).starts_with(value.text + ", ");
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

// Stems of each slot's note that no other slot and not the tool itself has: "actors" tells a slot
// `cast` from `directed_by`.
std::vector<std::set<std::string>> telling_notes(const CallableTool& tool) {
  std::map<std::string, int> having;
  std::vector<std::set<std::string>> notes;
  for (const SlotSchema& slot : tool.slots) {
    const std::vector<std::string> stems = content_stems(slot.name + " " + slot.description);
    notes.emplace_back(stems.begin(), stems.end());
    for (const std::string& stem : notes.back()) ++having[stem];
  }
  for (const std::string& stem : content_stems(tool.name + " " + tool.description)) {
    having[stem] += 2;
  }
  for (std::set<std::string>& note : notes) {
    std::erase_if(note, [&having](const std::string& stem) { return having[stem] > 1; });
  }
  return notes;
}

// "the actress Ann Lee", "Ann Lee as an actor", for a slot whose note alone says "actress",
// "actor".
bool is_noted(const std::set<std::string>& note, const OutlinedValue& value,
              std::string_view request) {
  const std::size_t from = value.begin > 60 ? value.begin - 60 : 0;
  const std::vector<Word> before = split_words(request.substr(from, value.begin - from));
  if (!before.empty() && !ends_part(request, from + before.back().end) &&
      note.contains(before.back().stem)) {
    return true;
  }
  const std::vector<Word> after = split_words(request.substr(value.end, 30));
  if (after.empty() || after[0].text != "as") return false;
  return std::ranges::any_of(
      std::span(after).subspan(1, std::min<std::size_t>(2, after.size() - 1)),
      [&note](const Word& word) { return note.contains(word.stem); });
}

// "two rooms", but "a double room".
bool is_count(std::string_view word) {
  static constexpr auto kKinds = std::to_array<std::string_view>({"double", "single", "triple"});
  return !is_one_of(word, kKinds) && !find_numbers(word).empty();
}

// "a single room" for room_type, "a savings account" for account_type.
std::optional<json::value> said_kind(const CallableTool& tool, const SlotSchema& slot,
                                     const std::vector<Word>& words) {
  std::vector<std::string> stems = content_stems(slot.name);
  const bool is_kind = stems.size() == 2 && stems.back() == stem("type");
  if (!is_kind || slot.type != SlotType::kString || !slot.choices.empty()) return std::nullopt;
  const std::vector<std::string> own = content_stems(tool.name);
  std::optional<json::value> kind;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].stem != stems.front()) continue;
    const Word& word = words[i - 1];
    const bool is_telling = word.end + 1 == words[i].begin && !is_function_word(word.text) &&
                            !is_digit(word.text.front()) && !is_count(word.text) &&
                            std::ranges::find(own, word.stem) == own.end();
    if (!is_telling) continue;
    if (kind && *kind != json::value(word.text)) return std::nullopt;
    kind = json::value(word.text);
  }
  return kind;
}

// Does the draft say the kind, or something else that the request has and that is no name of it?
bool says_kind(const json::value* drafted, const json::value& kind, const RequestValues& request,
               bool keeps_founded) {
  if (drafted == nullptr || !drafted->is_string()) return false;
  const RequestValues inside(drafted->get_string());
  if (inside.has_word(kind.get_string())) return true;
  return keeps_founded && request.support(*drafted) == 1;
}

struct Pair {
  double cue = 0;
  const SlotSchema* slot = nullptr;
  const OutlinedValue* value = nullptr;
};

std::vector<Pair> cued_pairs(const CallableTool& tool, std::string_view request,
                             const RequestOutline& outline) {
  std::vector<Pair> pairs;
  const std::set<std::string> shared = shared_stems(tool);
  const std::vector<std::set<std::string>> notes = telling_notes(tool);
  for (std::size_t i = 0; i < tool.slots.size(); ++i) {
    const SlotSchema& slot = tool.slots[i];
    for (const OutlinedValue& value : outline.values()) {
      if (value.is_used || !as_argument(slot, value)) continue;
      double strength = cue(slot, value, request, shared);
      const bool is_text = slot.type == SlotType::kString && !value.number && !value.is_date;
      if (is_text && is_noted(notes[i], value, request)) strength = std::max(strength, kClearCue);
      if (strength >= kClearCue) pairs.push_back({strength, &slot, &value});
    }
  }
  std::ranges::sort(pairs, [](const Pair& a, const Pair& b) {
    if (a.cue != b.cue) return a.cue > b.cue;
    return std::pair(a.slot, a.value) < std::pair(b.slot, b.value); // both lie in arrays
  });
  return pairs;
}

// The strongest, no slot and no value twice.
std::vector<Pair> chosen_pairs(const CallableTool& tool, std::string_view request,
                               const RequestOutline& outline) {
  std::set<const SlotSchema*> filled;
  std::set<const OutlinedValue*> taken;
  std::vector<Pair> pairs;
  for (const Pair& pair : cued_pairs(tool, request, outline)) {
    if (filled.contains(pair.slot) || taken.contains(pair.value)) continue;
    filled.insert(pair.slot);
    taken.insert(pair.value);
    pairs.push_back(pair);
  }
  return pairs;
}

// Has the slot drafted the number that stands beside another one's name, not the one beside its
// own?
bool is_of_another(const std::vector<Pair>& pairs, const Pair& own, const json::value& drafted) {
  if (!own.value->number || !drafted.is_number()) return false;
  const double number = drafted.to_number<double>();
  return *own.value->number != number && std::ranges::any_of(pairs, [&](const Pair& pair) {
    return pair.slot != own.slot && pair.value->number == number;
  });
}

// The only choice that has a word of the request to itself: "London" among names of time zones.
std::optional<json::value> told_apart(const CallableTool& tool, const SlotSchema& slot,
                                      const RequestValues& request) {
  constexpr std::size_t kWordMin = 4;
  const std::vector<std::string> own = content_stems(tool.name); // tell nothing of a choice
  std::vector<std::vector<std::string>> stems;                   // of each choice
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
      const bool is_own = std::ranges::find(own, part) != own.end();
      return part.size() >= kWordMin && having == 1 && !is_own && request.has_stem(part);
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

double cue(const SlotSchema& slot, const OutlinedValue& value, std::string_view request,
           const std::set<std::string>& shared) {
  const std::vector<std::string> stems = telling_stems(slot, shared);
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
    if (value.number && ends_part(request, word.end + from)) break;
    if (value.number && is_one_of(word.text, kParting)) break;
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
  const std::vector<Pair> pairs = chosen_pairs(tool, request, outline);
  std::set<const SlotSchema*> filled;
  for (const Pair& pair : pairs) filled.insert(pair.slot);
  for (const Pair& pair : pairs) {
    const json::value* drafted = arguments.if_contains(pair.slot->name);
    if (drafted != nullptr && pair.value->is_date && drafted->is_string()) {
      const std::string_view day = drafted->get_string();
      if (values.has_day(day) || day.find(':') != std::string_view::npos) continue;
    } else if (keeps_founded && drafted != nullptr && values.support(*drafted) >= 0.5 &&
               !is_of_another(pairs, pair, *drafted)) {
      continue;
    }
    if (has_region(*pair.slot, drafted, *pair.value)) continue;
    if (drafted != nullptr && drafted->is_string() && !pair.value->is_date &&
        drafted->get_string().size() >= pair.value->text.size() && is_in(*pair.value, *drafted) &&
        !is_padded(*pair.slot, drafted->get_string(), *pair.value)) {
      continue;
    }
    arguments[pair.slot->name] = *as_argument(*pair.slot, *pair.value);
  }
  // A small model says a name twice; its own slot keeps it.
  for (const SlotSchema& slot : tool.slots) {
    const json::value* value = arguments.if_contains(slot.name);
    const bool may_go = value != nullptr && value->is_string() && !slot.required &&
                        slot.choices.empty() && !filled.contains(&slot);
    if (may_go && std::ranges::any_of(filled, [&](const SlotSchema* other) {
          const json::value* own = arguments.if_contains(other->name);
          return own != nullptr && *own == *value;
        })) {
      arguments.erase(slot.name);
    }
  }
  const auto items_of = [&](const SlotSchema& slot) {
    const json::value* drafted = arguments.if_contains(slot.name);
    return named_items(slot, request, drafted == nullptr ? json::value() : *drafted);
  };
  for (const SlotSchema& slot : tool.slots) {
    const FlagWords flag = is_flag(slot) ? flag_words(tool, slot, values) : FlagWords{};
    if (flag.named) {
      const json::value* drafted = arguments.if_contains(slot.name);
      if (flag.torn) continue;
      if (!flag.refused || is_opt_out(slot)) {
        arguments[slot.name] = flag_value(slot, true);
      } else if (drafted != nullptr && *drafted == flag_value(slot, true)) {
        arguments[slot.name] = flag_value(slot, false);
      }
    } else if (json::array items = items_of(slot); !items.empty()) {
      arguments[slot.name] = std::move(items);
    } else if (const auto times = said_frequency(request); times && asks_for_compounding(slot)) {
      arguments[slot.name] = static_cast<std::int64_t>(*times);
    } else if (const auto unit = said_unit(slot, request)) {
      arguments[slot.name] = *unit;
    } else if (const auto kind = said_kind(tool, slot, values.words());
               kind && !says_kind(arguments.if_contains(slot.name), *kind, values, keeps_founded)) {
      arguments[slot.name] = *kind;
    } else if (const auto choice = spelled_choice(slot, request)) {
      arguments[slot.name] = *choice;
    } else if (const auto told = told_apart(tool, slot, values)) {
      arguments[slot.name] = *told;
    }
  }
}

} // namespace outpost::agents
