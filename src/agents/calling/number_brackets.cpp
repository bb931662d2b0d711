#include "agents/calling/number_brackets.h"

#include <algorithm>
#include <cmath>

namespace outpost::agents {
namespace {

namespace json = boost::json;

// The slots of single numbers, in their order.
std::vector<const SlotSchema*> number_slots(const CallableTool& tool) {
  std::vector<const SlotSchema*> slots;
  for (const SlotSchema& slot : tool.slots) {
    if (is_numeric(slot.type) && slot.choices.empty()) slots.push_back(&slot);
  }
  return slots;
}

// A list of the request that is numbers alone; empty when it has anything else.
std::vector<double> numbers_of(const json::array& list) {
  std::vector<double> numbers;
  for (const json::value& item : list) {
    if (!item.is_number()) return {};
    numbers.push_back(item.to_number<double>());
  }
  return numbers;
}

// The brackets of numbers that the slots can take in their order: two or more, no fewer than are
// compulsory.
std::vector<std::vector<double>> brackets_for(const std::vector<const SlotSchema*>& slots,
                                              const RequestOutline& outline) {
  std::vector<std::vector<double>> brackets;
  for (const OutlinedValue& value : outline.values()) {
    if (!value.list) continue;
    std::vector<double> numbers = numbers_of(*value.list);
    if (numbers.size() < 2 || numbers.size() > slots.size()) continue;
    bool suits = true;
    for (std::size_t i = 0; i < slots.size(); ++i) {
      if (i >= numbers.size()) {
        suits &= !slots[i]->required;
      } else {
        suits &= slots[i]->type == SlotType::kNumber || numbers[i] == std::floor(numbers[i]);
      }
    }
    if (suits) brackets.push_back(std::move(numbers));
  }
  return brackets;
}

// Do the arguments have the bracket's numbers in their first slots?
bool begins_with(const std::vector<const SlotSchema*>& slots, const json::object& arguments,
                 const std::vector<double>& bracket) {
  for (std::size_t i = 0; i < bracket.size(); ++i) {
    const json::value* value = arguments.if_contains(slots[i]->name);
    const bool is_it =
        value != nullptr && value->is_number() && value->to_number<double>() == bracket[i];
    if (!is_it) return false;
  }
  return true;
}

json::object with_bracket(const std::vector<const SlotSchema*>& slots, json::object arguments,
                          const std::vector<double>& bracket) {
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (i >= bracket.size()) {
      arguments.erase(slots[i]->name);
      continue;
    }
    const double number = bracket[i];
    const bool is_whole = number == std::floor(number) && std::abs(number) < 9e15;
    arguments[slots[i]->name] =
        is_whole ? json::value(static_cast<std::int64_t>(number)) : json::value(number);
  }
  return arguments;
}

} // namespace

std::vector<json::object> spread_brackets(const CallableTool& tool, const RequestOutline& outline,
                                          const json::object& arguments) {
  const std::vector<const SlotSchema*> slots = number_slots(tool);
  const std::vector<std::vector<double>> brackets = brackets_for(slots, outline);
  const auto own = std::ranges::find_if(brackets, [&](const std::vector<double>& bracket) {
    return begins_with(slots, arguments, bracket);
  });
  std::vector<json::object> calls;
  if (own == brackets.end()) return calls;
  for (const std::vector<double>& bracket : brackets) {
    if (bracket != *own) calls.push_back(with_bracket(slots, arguments, bracket));
  }
  return calls;
}

void keep_to_bracket(const CallableTool& tool, const RequestOutline& outline,
                     json::object& arguments) {
  const std::vector<const SlotSchema*> slots = number_slots(tool);
  const std::vector<std::vector<double>> brackets = brackets_for(slots, outline);
  if (brackets.size() < 2) return;
  for (const std::vector<double>& bracket : brackets) {
    if (!begins_with(slots, arguments, bracket)) continue;
    const auto is_of_another = [&](const json::value* value) {
      return value != nullptr && value->is_number() &&
             std::ranges::any_of(brackets, [&](const std::vector<double>& other) {
               return other != bracket &&
                      std::ranges::find(other, value->to_number<double>()) != other.end();
             });
    };
    for (std::size_t i = bracket.size(); i < slots.size(); ++i) {
      if (is_of_another(arguments.if_contains(slots[i]->name))) arguments.erase(slots[i]->name);
    }
    return;
  }
}

} // namespace outpost::agents
