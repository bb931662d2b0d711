#include "agents/calling/value_grammar.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agents/calling/text_forms.h"
#include "base/json_text.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr std::size_t kNumbersMax = 40;
constexpr std::size_t kRunsTextMax = 2000;   // bytes that runs of words are taken from
constexpr std::size_t kGrammarItemsMax = 12; // of a list of texts

std::string any_of_type(const std::string& name, const json::object& schema) {
  return fmt::format("{}: %json {}\n", name, chat::json_text(schema));
}

std::string number_text(double value, SlotType type) {
  if (type == SlotType::kInteger || (value == std::floor(value) && std::abs(value) < 1e15)) {
    return fmt::format("{}", static_cast<std::int64_t>(value));
  }
  return chat::json_text(json::value(value));
}

// The request's numbers that are of the type, each as a literal.
std::set<std::string> number_texts(SlotType type, const ValueSource& source) {
  std::set<std::string> texts;
  const auto add = [&](double value) {
    const bool is_whole = value == std::floor(value) && std::abs(value) < 1e15;
    if (texts.size() < kNumbersMax && (type == SlotType::kNumber || is_whole)) {
      texts.insert(number_text(value, type));
    }
  };
  for (const RequestNumber& number : source.numbers) {
    add(number.value);
    if (number.is_percent) add(number.value / 100);
  }
  return texts;
}

// White space as single spaces, marks that JSON would escape left out.
std::string plain_line(std::string_view text) {
  std::string line;
  for (const char c : text.substr(0, kRunsTextMax)) {
    const bool is_blank = static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == '\\';
    if (!is_blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return line;
}

// A value of `type` that the request has; empty when it has none of the kind.
std::string copied(const std::string& name, SlotType type, const ValueSource& source) {
  if (type == SlotType::kString && source.copies_text) {
    const std::string line = plain_line(source.text);
    if (line.empty()) return {};
    return fmt::format("{0}: \"\\\"\" {0}_words \"\\\"\"\n{0}_words: %regex {1}\n", name,
                       chat::json_text(json::object{{"substring_words", line}}));
  }
  if (!is_numeric(type) || !source.copies_numbers) return {};
  std::string alternatives;
  for (const std::string& text : number_texts(type, source)) {
    alternatives += (alternatives.empty() ? "" : " | ") + json_string(text);
  }
  return alternatives.empty() ? std::string() : fmt::format("{}: {}\n", name, alternatives);
}

// A list as models write it; lists in it (find_literal_lists() bounds how deep) likewise.
std::string list_text(const json::array& list) {
  std::string text;
  for (const json::value& item : list) {
    text += text.empty() ? "[" : ", ";
    text += item.is_array() ? list_text(item.get_array()) : chat::json_text(item);
  }
  return text + "]";
}

// A slot's value is one of the request's lists; empty where none fits it.
std::string listed(const std::string& name, const SlotSchema& slot, const ValueSource& source) {
  std::string alternatives;
  const auto add = [&](const json::array& list) {
    const bool fits_slot = std::ranges::all_of(
        list, [&slot](const json::value& item) { return is_of_type(slot.item_type, item); });
    if (!fits_slot || list.empty()) return;
    alternatives += (alternatives.empty() ? "" : " | ") + json_string(list_text(list));
  };
  for (const json::array& list : source.lists) add(list);
  const json::value* before = source.before.if_contains(slot.name);
  if (!alternatives.empty() && before != nullptr && before->is_array()) add(before->get_array());
  return alternatives.empty() ? std::string() : fmt::format("{}: {}\n", name, alternatives);
}

// "Town, State": the towns are those of the request, the states, too, where it has them.
std::string town_rules(const std::string& name, const RegionForm& region,
                       const std::vector<RequestPlace>& places) {
  std::set<std::string> whole;
  std::set<std::string> towns;
  for (const RequestPlace& place : places) {
    if (place.region.empty()) {
      towns.insert(json_string(place.town));
    } else {
      const std::string written =
          region.is_short ? state_code(place.region).value_or(place.region) : place.region;
      whole.insert(json_string(place.town + ", " + written));
    }
  }
  std::string rules = name + ": ";
  if (!whole.empty()) rules += fmt::format("\"\\\"\" ({}) \"\\\"\"", fmt::join(whole, " | "));
  if (towns.empty()) return rules + "\n";
  if (!whole.empty()) rules += " | ";
  return rules + fmt::format("\"\\\"\" ({1}) \", \" {0}_region \"\\\"\"\n{0}_region: /{2}/\n", name,
                             fmt::join(towns, " | "), region.form);
}

} // namespace

std::string value_rules(const std::string& name, const SlotSchema& slot,
                        const ValueSource& source) {
  if (!slot.choices.empty()) return any_of_type(name, slot.grammar);
  if (slot.type == SlotType::kArray) {
    if (!slot.item_choices.empty()) return any_of_type(name, slot.grammar);
    if (const std::string rule = listed(name, slot, source); !rule.empty()) return rule;
    const std::string item = copied(name + "_item", slot.item_type, source);
    if (item.empty()) return any_of_type(name, slot.grammar);
    // A list of numbers is no longer than the request has numbers.
    const bool is_text = slot.item_type == SlotType::kString;
    const std::size_t most =
        is_text ? kGrammarItemsMax : std::min(kNumbersMax, source.numbers.size());
    const std::string more =
        most > 1 ? fmt::format(" (\", \" {}_item){{0,{}}}", name, most - 1) : std::string();
    return fmt::format("{0}: \"[\" {0}_item{1} \"]\"\n{2}", name, more, item);
  }
  const std::optional<std::string> form =
      source.keeps_forms ? text_form(slot) : std::optional<std::string>();
  const auto region = form && source.copies_text ? region_form(slot) : std::optional<RegionForm>();
  if (region && !source.places.empty()) return town_rules(name, *region, source.places);
  if (form) return fmt::format("{}: /\"{}\"/\n", name, *form);
  const std::string rules = copied(name, slot.type, source);
  if (rules.empty()) return any_of_type(name, slot.grammar);
  const json::value* before = source.before.if_contains(slot.name);
  if (before == nullptr || !fits(slot, *before)) return rules;
  // name: the first rule's alternatives, or the value of the call before.
  const std::size_t line = rules.find('\n');
  return rules.substr(0, line) + " | " + json_string(chat::json_text(*before)) + rules.substr(line);
}

} // namespace outpost::agents
