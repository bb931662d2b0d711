#include "agents/calling/tool_schema.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr int kDepthMax = 6;
constexpr std::size_t kStringBytesMax = 200; // bytes of a generated string
constexpr std::size_t kItemsMax = 24;        // of a generated list

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

SlotType type_of(const json::object& schema) {
  const json::value* type = schema.if_contains("type");
  // ["string", "null"]: the first that is one.
  if (type != nullptr && type->is_array() && !type->get_array().empty()) {
    type = &type->get_array().front();
  }
  // Both of one type: else the view would be of a temporary copy.
  const std::string_view name = type != nullptr && type->is_string()
                                    ? std::string_view(type->get_string())
                                    : std::string_view();
  if (name == "integer") return SlotType::kInteger;
  if (name == "number") return SlotType::kNumber;
  if (name == "boolean") return SlotType::kBoolean;
  if (name == "array") return SlotType::kArray;
  if (name == "object" || (name.empty() && schema.contains("properties"))) return SlotType::kObject;
  return SlotType::kString;
}

const json::object* member(const json::object& schema, std::string_view key) {
  const json::value* value = schema.if_contains(key);
  return value != nullptr ? value->if_object() : nullptr;
}

json::object grammar_of(const json::object& schema, int depth);

json::object object_grammar(const json::object& schema, int depth) {
  json::object out{{"type", "object"}};
  const json::object* properties = member(schema, "properties");
  if (properties == nullptr || depth >= kDepthMax) return out;
  json::object kept;
  for (const auto& [name, inner] : *properties) {
    if (inner.is_object()) kept[name] = grammar_of(inner.get_object(), depth + 1);
  }
  out["properties"] = std::move(kept);
  if (const json::value* required = schema.if_contains("required");
      required != nullptr && required->is_array()) {
    out["required"] = *required;
  }
  out["additionalProperties"] = false;
  return out;
}

// Types, members and choices; what a grammar would choke on or a model need not obey is left out.
json::object grammar_of(const json::object& schema, int depth) {
  if (const json::value* choices = schema.if_contains("enum");
      choices != nullptr && choices->is_array() && !choices->get_array().empty()) {
    return {{"enum", *choices}};
  }
  const SlotType type = type_of(schema);
  if (type == SlotType::kObject) return object_grammar(schema, depth);
  json::object out{{"type", to_string(type)}};
  if (type == SlotType::kString) out["maxLength"] = kStringBytesMax;
  if (type == SlotType::kArray) {
    out["maxItems"] = kItemsMax;
    const json::object* items = member(schema, "items");
    if (items != nullptr && depth < kDepthMax) out["items"] = grammar_of(*items, depth + 1);
  }
  return out;
}

std::vector<json::value> choices_of(const json::object& schema) {
  const json::value* choices = schema.if_contains("enum");
  if (choices == nullptr || !choices->is_array()) return {};
  return {choices->get_array().begin(), choices->get_array().end()};
}

std::vector<SlotSchema> read_slots(const json::object& schema, int depth);

SlotSchema read_slot(std::string_view name, const json::object& schema, int depth) {
  SlotSchema slot;
  slot.name = name;
  slot.description = text_of(schema, "description");
  slot.type = type_of(schema);
  if (const json::object* items = member(schema, "items")) {
    slot.item_type = type_of(*items);
    slot.item_choices = choices_of(*items);
  }
  slot.choices = choices_of(schema);
  if (const json::value* fallback = schema.if_contains("default")) slot.fallback = *fallback;
  slot.grammar = grammar_of(schema, 0);
  if (slot.type == SlotType::kObject && depth == 0) slot.members = read_slots(schema, depth + 1);
  return slot;
}

// The properties of an object, compulsory ones first, kSlotsMax at most.
std::vector<SlotSchema> read_slots(const json::object& schema, int depth) {
  std::vector<SlotSchema> slots;
  std::vector<SlotSchema> optional;
  const json::object* properties = member(schema, "properties");
  if (properties == nullptr) return slots;
  const json::value* required = schema.if_contains("required");
  for (const auto& [name, inner] : *properties) {
    if (!inner.is_object() || slots.size() + optional.size() == kSlotsMax) continue;
    SlotSchema slot = read_slot(name, inner.get_object(), depth);
    slot.required =
        required != nullptr && required->is_array() &&
        std::ranges::find(required->get_array(), json::value(name)) != required->get_array().end();
    (slot.required ? slots : optional).push_back(std::move(slot));
  }
  std::ranges::move(optional, std::back_inserter(slots));
  return slots;
}

} // namespace

bool is_of_type(SlotType type, const json::value& value) {
  switch (type) {
  case SlotType::kString: return value.is_string();
  case SlotType::kInteger: return value.is_int64() || value.is_uint64();
  case SlotType::kNumber: return value.is_number();
  case SlotType::kBoolean: return value.is_bool();
  case SlotType::kArray: return value.is_array();
  case SlotType::kObject: return value.is_object();
  }
  return false;
}

std::string_view to_string(SlotType type) {
  switch (type) {
  case SlotType::kString: return "string";
  case SlotType::kInteger: return "integer";
  case SlotType::kNumber: return "number";
  case SlotType::kBoolean: return "boolean";
  case SlotType::kArray: return "array";
  case SlotType::kObject: return "object";
  }
  return "string";
}

Result<CallableTool> read_tool(const chat::ToolDefinition& definition) {
  CallableTool tool{definition.name, definition.description, {}};
  OUTPOST_TRY(const json::value schema, chat::parse_json(definition.parameters));
  if (!schema.is_object()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("the parameters of tool '{}' are not a JSON object", tool.name));
  }
  const json::object* properties = member(schema.get_object(), "properties");
  if (properties == nullptr) return tool;
  if (properties->size() > kSlotsMax) {
    return fail(ErrorCode::kLimitExceeded, fmt::format("tool '{}' has {} parameters, more than {}",
                                                       tool.name, properties->size(), kSlotsMax));
  }
  tool.slots = read_slots(schema.get_object(), 0);
  return tool;
}

bool fits(const SlotSchema& slot, const json::value& value) {
  if (!slot.choices.empty()) return std::ranges::find(slot.choices, value) != slot.choices.end();
  return is_of_type(slot.type, value);
}

} // namespace outpost::agents
