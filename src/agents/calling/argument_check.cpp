#include "agents/calling/argument_check.h"

#include <algorithm>

#include "agents/call/words.h"
#include "agents/calling/flag_words.h"
#include "agents/calling/time_units.h"
#include "agents/calling/tool_ranking.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr double kFounded = 0.5; // from this share on a value counts as the request's
constexpr double kUnnamedChoice = 0.4;

// Is one value the other, or a part of it?
bool overlaps(const json::value& a, const json::value& b) {
  if (a.is_array()) {
    return std::ranges::any_of(a.get_array(),
                               [&b](const json::value& x) { return overlaps(x, b); });
  }
  if (b.is_array()) return overlaps(b, a);
  if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
  if (a.is_number() && b.is_string()) { // 'JBL Flip 4' has the 4
    return RequestValues(b.get_string()).has_number(a.to_number<double>());
  }
  if (!a.is_string() || !b.is_string()) return false;
  const std::string first = lower_case(a.get_string());
  const std::string second = lower_case(b.get_string());
  if (first.empty() || second.empty()) return false;
  return first.find(second) != std::string::npos || second.find(first) != std::string::npos;
}

// Words that only say again what the tool is.
bool is_of_tool(const CallableTool& tool, const json::value& value) {
  if (!value.is_string()) return false;
  const auto own = content_stems(tool.name + " " + tool.description);
  const auto stems = content_stems(value.get_string());
  return std::ranges::all_of(
      stems, [&own](const std::string& stem) { return std::ranges::find(own, stem) != own.end(); });
}

// Does a slot that is not `slot`, and comes before it or is compulsory, hold the same?
bool is_said_elsewhere(const CallableTool& tool, const SlotSchema& slot,
                       const json::object& arguments) {
  const json::value& value = arguments.at(slot.name);
  for (const SlotSchema& other : tool.slots) {
    if (&other == &slot) return false; // compulsory slots come first
    const json::value* said = arguments.if_contains(other.name);
    if (said != nullptr && overlaps(value, *said)) return true;
  }
  return false;
}

// How far the request names a choice: by the words that are not the tool's own. "Tourist
// attraction" is not meant because attractions are what find_attractions finds.
double choice_share(const CallableTool& tool, const json::value& choice,
                    const RequestValues& request) {
  const double share = request.support(choice);
  if (!choice.is_string() || share == 0) return share;
  const auto own = content_stems(tool.name);
  std::vector<std::string> telling = content_stems(choice.get_string());
  const std::size_t count = telling.size();
  std::erase_if(telling, [&own](const std::string& stem) {
    return std::ranges::find(own, stem) != own.end();
  });
  if (telling.empty() || telling.size() == count) return share;
  const bool is_named = std::ranges::any_of(
      telling, [&request](const std::string& stem) { return request.has_stem(stem); });
  return is_named ? share : 0;
}

} // namespace

double support_of(const SlotSchema& slot, const json::value& value, const RequestValues& request) {
  if (value.is_null()) return 0;
  if (value.is_bool()) return kUnnamedChoice; // see flag_words()
  const double share = request.support(value);
  if (slot.choices.empty()) return share;
  return std::max(share, slot.required ? kUnnamedChoice : 0.0);
}

void leave_out_unfounded(const CallableTool& tool, const RequestValues& request,
                         json::object& arguments) {
  for (const SlotSchema& slot : tool.slots) {
    const json::value* value = arguments.if_contains(slot.name);
    if (slot.required || value == nullptr) continue;
    if (is_flag(slot) && is_flag_value(slot, *value)) {
      const FlagWords flag = flag_words(tool, slot, request);
      const bool is_default = slot.fallback && *slot.fallback == *value;
      if (!flag.hinted || (is_default && !flag.named)) arguments.erase(slot.name);
      continue;
    }
    if (value->is_number() && slot.choices.empty() &&
        is_time_for_another(slot, value->to_number<double>(), request.text(), request.numbers())) {
      arguments.erase(slot.name);
      continue;
    }
    const bool is_repeated = slot.choices.empty() && is_said_elsewhere(tool, slot, arguments);
    const double share = slot.choices.empty() ? support_of(slot, *value, request)
                                              : choice_share(tool, *value, request);
    if (is_repeated || (slot.choices.empty() && is_of_tool(tool, *value)) || share < kFounded)
      arguments.erase(slot.name);
  }
}

bool may_be_founded(const CallableTool& tool, const SlotSchema& slot,
                    const RequestValues& request) {
  if (slot.required) return true;
  if (is_flag(slot) && flag_words(tool, slot, request).hinted) return true;
  if (slot.type == SlotType::kBoolean) return false;
  if (!slot.choices.empty()) {
    return std::ranges::any_of(slot.choices, [&](const json::value& choice) {
      return choice_share(tool, choice, request) >= kFounded;
    });
  }
  return !is_numeric(slot.type) || !request.numbers().empty();
}

const SlotSchema* find_repetition(const CallableTool& tool, const json::object& arguments) {
  for (const SlotSchema& slot : tool.slots) {
    if (!slot.required || !slot.choices.empty() || !arguments.contains(slot.name)) continue;
    if (is_said_elsewhere(tool, slot, arguments)) return &slot;
  }
  return nullptr;
}

RequiredSupport required_support(const CallableTool& tool, const RequestValues& request,
                                 const json::object& arguments) {
  RequiredSupport out;
  double sum = 0;
  double count = 0;
  for (const SlotSchema& slot : tool.slots) {
    if (!slot.required) continue;
    const json::value* value = arguments.if_contains(slot.name);
    const double support = value == nullptr ? 0 : support_of(slot, *value, request);
    sum += value != nullptr && value->is_bool() ? kUnnamedChoice : support;
    count += 1;
    if (support < 0.25 && (value == nullptr || !value->is_bool())) out.missing += 1;
  }
  if (count > 0) out.share = sum / count;
  return out;
}

} // namespace outpost::agents
