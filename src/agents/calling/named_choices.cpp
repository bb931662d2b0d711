#include "agents/calling/named_choices.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "agents/call/letters.h"
#include "agents/call/words.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

std::string as_words(std::string_view text) {
  std::string out = lower_case(text);
  std::ranges::replace(out, '_', ' ');
  return out;
}

bool is_general(std::string_view choice) {
  static constexpr auto kGeneral = std::to_array<std::string_view>(
      {"all", "any", "both", "default", "dontcare", "no", "none", "other", "yes"});
  const bool is_number = choice.find_first_not_of("0123456789.,- ") == std::string_view::npos;
  return is_number || is_one_of(choice, kGeneral);
}

// "not rent", "rather than buy", "instead of a van", "to a burger".
bool is_left(std::string_view text, std::size_t at) {
  static constexpr auto kArticles = std::to_array<std::string_view>({"a", "an", "the"});
  static constexpr auto kLeaving =
      std::to_array<std::string_view>({"from", "no", "not", "of", "than", "to", "without"});
  const std::vector<Word> words = split_words(text.substr(0, at));
  auto last = words.rbegin();
  if (last != words.rend() && is_one_of(last->text, kArticles)) ++last;
  return last != words.rend() && is_one_of(last->text, kLeaving);
}

bool is_of_word(char c) {
  return is_lower(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

// Where the text has the choice as whole words; npos when nowhere.
std::size_t find_whole(std::string_view text, std::string_view choice) {
  for (std::size_t at = text.find(choice); at != std::string_view::npos;
       at = text.find(choice, at + 1)) {
    const std::size_t end = at + choice.size();
    const bool begins = at == 0 || !is_of_word(text[at - 1]);
    if (begins && (end == text.size() || !is_of_word(text[end]))) return at;
  }
  return std::string_view::npos;
}

bool shares_choices(const CallableTool& tool, const SlotSchema& slot) {
  return std::ranges::any_of(tool.slots, [&](const SlotSchema& other) {
    return &other != &slot && std::ranges::any_of(other.choices, [&](const json::value& choice) {
      return std::ranges::find(slot.choices, choice) != slot.choices.end();
    });
  });
}

bool holds(const json::value& list, const json::value& item) {
  return list.is_array() && std::ranges::find(list.get_array(), item) != list.get_array().end();
}

// "carbs" and "carbohydrates".
bool are_akin(const Word& a, const Word& b) {
  constexpr std::size_t kLeast = 4;
  const auto common = std::ranges::mismatch(a.text, b.text).in1 - a.text.begin();
  return a.stem == b.stem || static_cast<std::size_t>(common) >= kLeast;
}

} // namespace

std::vector<json::value> named_choices(const SlotSchema& slot, std::string_view request) {
  const std::string text = as_words(request);
  std::vector<json::value> named;
  for (const json::value& choice : slot.choices) {
    if (!choice.is_string()) return {};
    const std::string own = as_words(choice.get_string());
    if (own.empty() || is_general(own)) continue;
    const std::size_t at = find_whole(text, own);
    if (at == std::string::npos || is_left(text, at)) continue;
    const bool is_within = std::ranges::any_of(slot.choices, [&](const json::value& other) {
      const std::string longer = other.is_string() ? as_words(other.get_string()) : std::string();
      return longer.size() > own.size() && longer.find(own) != std::string::npos &&
             find_whole(text, longer) != std::string::npos;
    });
    if (!is_within) named.push_back(choice);
  }
  return named;
}

json::array named_items(const SlotSchema& slot, std::string_view request,
                        const json::value& drafted) {
  static constexpr auto kLeaving =
      std::to_array<std::string_view>({"avoid", "except", "excluding", "no", "not", "without"});
  if (slot.item_choices.empty()) return {};
  const std::vector<Word> words = split_words(request);
  bool are_named = false;
  std::vector<std::pair<std::size_t, json::value>> found; // with the place
  for (const json::value& choice : slot.item_choices) {
    if (!choice.is_string() || choice.get_string().size() < 2) return {}; // "A" is an article
    const std::vector<Word> parts = split_words(as_words(choice.get_string()));
    if (parts.empty() || is_general(parts.front().text)) continue;
    auto at = std::search(words.begin(), words.end(), parts.begin(), parts.end(),
                          [](const Word& a, const Word& b) { return a.stem == b.stem; });
    const bool is_named = at != words.end() && !is_function_word(parts.front().text);
    if (!is_named && !holds(drafted, choice)) continue;
    if (!is_named) at = std::ranges::find_first_of(words, parts, are_akin);
    if (at == words.end()) continue;
    const bool is_excluded = at != words.begin() && is_one_of((at - 1)->text, kLeaving) &&
                             slot.name.find((at - 1)->text) == std::string::npos;
    if (is_excluded) continue;
    are_named = are_named || is_named;
    found.emplace_back(at->begin, choice);
  }
  if (!are_named) return {};
  std::ranges::sort(found, {}, &std::pair<std::size_t, json::value>::first);
  json::array items;
  for (auto& [place, choice] : found) items.push_back(std::move(choice));
  return items;
}

std::vector<json::object> spread_choices(const CallableTool& tool, std::string_view request,
                                         const json::object& arguments, std::size_t most) {
  std::vector<json::object> calls{arguments};
  for (const SlotSchema& slot : tool.slots) {
    const json::value* value = arguments.if_contains(slot.name);
    if (value == nullptr || slot.choices.empty() || shares_choices(tool, slot)) continue;
    const std::vector<json::value> named = named_choices(slot, request);
    if (named.size() < 2 || std::ranges::find(named, *value) == named.end()) continue;
    const std::size_t count = calls.size();
    for (const json::value& choice : named) {
      if (choice == *value) continue;
      for (std::size_t i = 0; i < count && calls.size() <= most; ++i) {
        json::object other = calls[i];
        other[slot.name] = choice;
        calls.push_back(std::move(other));
      }
    }
  }
  calls.erase(calls.begin());
  return calls;
}

} // namespace outpost::agents
