#include "agents/calling/value_lists.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "agents/call/letters.h"
#include "agents/call/words.h"
#include "agents/calling/number_brackets.h"
#include "agents/calling/request_values.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr std::size_t kListBytesMax = 200; // from its first value to a later one
constexpr std::size_t kFoundItemsMax = 8;
constexpr std::size_t kListsMax = 2; // whose values are paired

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

bool is_joiner(std::string_view word) {
  static constexpr auto kListJoiners =
      std::to_array<std::string_view>({"and", "or", "und", "y", "et"});
  return is_one_of(word, kListJoiners);
}

// Words that may stand again before each value: "in Rome and in the Marche".
bool is_lead(std::string_view word) {
  static constexpr auto kLeads =
      std::to_array<std::string_view>({"a", "also", "an", "at", "by", "for", "from", "in", "into",
                                       "of", "on", "the", "then", "to"});
  return is_one_of(word, kLeads);
}

// Of what was said already: no value.
bool refers_back(std::string_view word) {
  static constexpr auto kBack =
      std::to_array<std::string_view>({"another", "both", "each", "one", "other", "others"});
  return is_one_of(word, kBack);
}

// What stands between two values of a list: does it part them, and is it before the last one?
struct Separator {
  bool parts = false;
  bool is_last = false;
};
Separator separator(std::string_view between) {
  Separator out;
  for (const char c : between) {
    if (c == ',' || c == '&') out.parts = true;
    if (c == '&') out.is_last = true;
    if (std::string_view(".;:?!()[]\n").find(c) != std::string_view::npos) return {};
  }
  for (const Word& word : split_words(between)) {
    if (is_joiner(word.text)) {
      out.parts = out.is_last = true;
    } else if (!is_lead(word.text)) {
      return {};
    }
  }
  return out;
}

// The outlined value that begins at or just before `at` (a quotation mark).
const OutlinedValue* outlined_at(const RequestOutline& outline, std::size_t at) {
  for (const OutlinedValue& value : outline.values()) {
    if (value.begin == at || (value.begin + 1 == at && value.end > at)) return &value;
  }
  return nullptr;
}

// The next value: what the outline has there, else, unless it must stand out as the first does, as
// many words as the one before: "user 'ann', and use ..." is no list.
std::optional<Span> next_item(std::string_view request, const std::vector<Word>& words,
                              std::size_t first, std::size_t count, bool is_number,
                              bool must_stand_out, const RequestOutline& outline) {
  const std::size_t begin = words[first].begin;
  if (const OutlinedValue* value = outlined_at(outline, begin)) {
    if (is_number != value->number.has_value()) return std::nullopt;
    return Span{value->begin, value->end};
  }
  if (must_stand_out || first + count > words.size()) return std::nullopt;
  const std::size_t end = words[first + count - 1].end;
  for (std::size_t i = first; i < first + count; ++i) {
    if (is_function_word(words[i].text) || refers_back(words[i].text)) return std::nullopt;
  }
  // "5 meters and a height of 7": another thing begins.
  if (first + count < words.size() && words[first + count].text == "of") return std::nullopt;
  const std::string_view text = request.substr(begin, end - begin);
  return text.find_first_of(".,;:?!") == std::string_view::npos ? std::optional(Span{begin, end})
                                                                : std::nullopt;
}

// "Madison, WI" where the value before was "Austin, TX".
Span with_second_part(std::string_view request, const std::vector<Word>& words, Span item,
                      const RequestOutline& outline) {
  if (request.substr(item.end, 2) != ", ") return item;
  const auto next = std::ranges::find(words, item.end + 2, &Word::begin);
  if (next == words.end() || is_joiner(next->text)) return item;
  const OutlinedValue* value = outlined_at(outline, next->begin);
  return {item.begin, value != nullptr ? value->end : next->end};
}

// A unit that follows each of the values: "5 kg and 7 kg".
std::size_t skip_unit(const std::vector<Word>& words, std::size_t at, std::string_view request,
                      std::size_t end) {
  if (at >= words.size() || request.substr(end, words[at].begin - end) != " ") return at;
  const Word& word = words[at];
  const bool is_said_again =
      std::ranges::count(words, word.text, &Word::text) > 1 && !is_joiner(word.text);
  return is_said_again && !is_lead(word.text) ? at + 1 : at;
}

std::string_view bare(std::string_view text) {
  while (!text.empty() && (text.front() == '"' || text.front() == '\'')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '"' || text.back() == '\'')) text.remove_suffix(1);
  return text;
}

// Where the request has the value, as whole words; none when nowhere or as a part of a range.
std::optional<Span> place_of(std::string_view request, const RequestOutline& outline,
                             const json::value& value) {
  if (value.is_number()) {
    for (const OutlinedValue& known : outline.values()) {
      if (known.number && is_in(known, value)) return Span{known.begin, known.end};
    }
    return std::nullopt;
  }
  if (!value.is_string() || value.get_string().empty()) return std::nullopt;
  const std::string text = lower_case(value.get_string());
  const std::string lower = lower_case(request);
  const std::size_t at = lower.find(text);
  const auto is_letter = [&](std::size_t i) { return i < lower.size() && is_lower(lower[i]); };
  if (at != std::string::npos && !(is_letter(at + text.size()) && is_letter(at + text.size() - 1)))
    return Span{at, at + text.size()};
  // "Austin, TX" for "Austin, Texas".
  const std::size_t comma = text.find(", ");
  const std::size_t town =
      comma == std::string::npos ? comma : lower.find(text.substr(0, comma + 2));
  if (town == std::string::npos) return std::nullopt;
  const std::vector<Word> words = split_words(request);
  return with_second_part(request, words, {town, town + comma}, outline);
}

bool follows_between(std::string_view request, std::size_t begin) {
  const std::vector<Word> before = split_words(request.substr(0, begin));
  return !before.empty() && before.back().text == "between";
}

// A list's text as a value of the slot; none when it is not of the slot's type or choices.
std::optional<json::value> as_value(const SlotSchema& slot, std::string_view text) {
  if (is_numeric(slot.type)) {
    const std::vector<RequestNumber> numbers = find_numbers(text);
    if (numbers.size() != 1) return std::nullopt;
    const double number = numbers.front().value;
    const bool is_whole = number == std::floor(number) && std::abs(number) < 9e15;
    if (is_whole) return json::value(static_cast<std::int64_t>(number));
    return slot.type == SlotType::kNumber ? std::optional(json::value(number)) : std::nullopt;
  }
  if (slot.type != SlotType::kString) return std::nullopt;
  if (slot.choices.empty()) return json::value(bare(text));
  for (const json::value& choice : slot.choices) {
    if (choice.is_string() && lower_case(choice.get_string()) == lower_case(bare(text))) {
      return choice;
    }
  }
  return std::nullopt;
}

struct SlotList {
  const SlotSchema* slot = nullptr;
  std::vector<json::value> values; // the drafted one first
};

// The other values of the list in which request[place) stands, as its first or, of numbers that no
// call has, a later one: "for 10, 20 and 30 years".
std::vector<std::string_view> others_of_list(std::string_view request, const Span& place,
                                             const RequestOutline& outline) {
  std::vector<std::string_view> after = list_after(request, place.begin, place.end, outline);
  if (!after.empty()) return after;
  const std::string_view own = request.substr(place.begin, place.end - place.begin);
  for (const OutlinedValue& first : outline.values()) {
    const bool is_before = first.begin < place.begin && place.begin - first.begin <= kListBytesMax;
    if (!is_before || first.is_used || !first.number) continue;
    std::vector<std::string_view> items = list_after(request, first.begin, first.end, outline);
    const auto at = std::ranges::find_if(items, [own](std::string_view item) {
      return item.data() >= own.data() && item.data() < own.data() + own.size();
    });
    if (at == items.end()) continue;
    items.erase(at);
    items.insert(items.begin(), bare(request.substr(first.begin, first.end - first.begin)));
    return items;
  }
  return {};
}

std::optional<SlotList> list_of_slot(const SlotSchema& slot, std::string_view request,
                                     const RequestOutline& outline, const json::object& arguments) {
  const json::value* value = arguments.if_contains(slot.name);
  if (value == nullptr || value->is_array() || value->is_object()) return std::nullopt;
  const auto place = place_of(request, outline, *value);
  if (!place || follows_between(request, place->begin)) return std::nullopt;
  SlotList list{&slot, {*value}};
  for (const std::string_view text : others_of_list(request, *place, outline)) {
    const auto other = as_value(slot, text);
    if (!other) return std::nullopt;
    // Another slot has it: the values belong together.
    for (const auto& argument : arguments) {
      if (argument.value() == *other) return std::nullopt;
    }
    list.values.push_back(*other);
  }
  return list.values.size() > 1 ? std::optional(std::move(list)) : std::nullopt;
}

// Are there other numbers for each of the list's other values? "for 'a' and 'b': 10 for the first,
// 20 for the second".
bool has_own_numbers(const SlotList& list, RequestOutline outline, const json::object& arguments) {
  const auto numbers =
      static_cast<std::size_t>(std::ranges::count_if(arguments, [&list](const auto& argument) {
        return argument.value().is_number() && argument.key() != list.slot->name;
      }));
  outline.use(arguments);
  json::object others; // the list's own numbers are not those
  others[list.slot->name] = json::array(list.values.begin(), list.values.end());
  outline.use(others);
  return numbers > 0 && outline.unused_numbers().size() >= numbers * (list.values.size() - 1);
}

} // namespace

std::vector<std::string_view> list_after(std::string_view request, std::size_t begin,
                                         std::size_t end, const RequestOutline& outline) {
  std::vector<std::string_view> items;
  const std::vector<Word> words = split_words(request);
  const std::size_t count = split_words(request.substr(begin, end - begin)).size();
  const OutlinedValue* first = outlined_at(outline, begin);
  const bool is_number = first != nullptr && first->number.has_value();
  const bool has_parts = request.substr(begin, end - begin).find(", ") != std::string_view::npos;
  bool is_whole = false;
  while (!is_whole && items.size() < kFoundItemsMax) {
    auto at = static_cast<std::size_t>(
        std::ranges::find_if(words, [end](const Word& word) { return word.begin >= end; }) -
        words.begin());
    if (is_number) {
      const std::size_t after = skip_unit(words, at, request, end);
      if (after != at) end = words[at].end;
      at = after;
    }
    while (at < words.size() && (is_joiner(words[at].text) || is_lead(words[at].text))) ++at;
    if (at >= words.size()) return {};
    const Separator between = separator(request.substr(end, words[at].begin - end));
    if (!between.parts) return {};
    const auto item = next_item(request, words, at, std::max<std::size_t>(count, 1), is_number,
                                first != nullptr, outline);
    if (!item) return {};
    const Span span = has_parts ? with_second_part(request, words, *item, outline) : *item;
    items.push_back(bare(request.substr(span.begin, span.end - span.begin)));
    end = span.end;
    is_whole = between.is_last;
  }
  return is_whole ? items : std::vector<std::string_view>();
}

std::vector<json::object> spread_lists(const CallableTool& tool, std::string_view request,
                                       const RequestOutline& outline, const json::object& arguments,
                                       std::size_t most) {
  std::vector<json::object> of_brackets = spread_brackets(tool, outline, arguments);
  if (of_brackets.size() > most) of_brackets.resize(most);
  if (!of_brackets.empty()) return of_brackets;
  std::vector<SlotList> lists;
  for (const SlotSchema& slot : tool.slots) {
    if (lists.size() == kListsMax) break;
    if (auto list = list_of_slot(slot, request, outline, arguments)) {
      lists.push_back(std::move(*list));
    }
  }
  std::vector<json::object> calls{arguments};
  const bool is_paired = lower_case(request).find("respectively") != std::string::npos;
  if (lists.size() == 1 && (is_paired || has_own_numbers(lists[0], outline, arguments))) return {};
  const bool in_step =
      lists.size() == 2 && lists[0].values.size() == lists[1].values.size() && is_paired;
  if (in_step) {
    for (std::size_t i = 1; i < lists[0].values.size(); ++i) {
      json::object call = arguments;
      for (const SlotList& list : lists) call[list.slot->name] = list.values[i];
      calls.push_back(std::move(call));
    }
  } else {
    for (const SlotList& list : lists) {
      const std::vector<json::object> before = calls;
      for (std::size_t i = 1; i < list.values.size(); ++i) {
        for (json::object call : before) {
          call[list.slot->name] = list.values[i];
          calls.push_back(std::move(call));
        }
      }
    }
  }
  calls.erase(calls.begin());
  if (calls.size() > most) calls.resize(most);
  return calls;
}

} // namespace outpost::agents
