// A tool as any client describes it (a name, a sentence, a JSON Schema of its arguments), read into
// the slots that a call has to fill. Foreign bytes: bounded, nothing in it is trusted.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "base/result.h"
#include "chat/chat.h"

namespace outpost::agents {

enum class SlotType { kString, kInteger, kNumber, kBoolean, kArray, kObject };
// JSON Schema's names.
std::string_view to_string(SlotType type);
constexpr bool is_numeric(SlotType type) {
  return type == SlotType::kInteger || type == SlotType::kNumber;
}

// One argument of a call.
struct SlotSchema {
  std::string name;
  std::string description;
  SlotType type = SlotType::kString;
  SlotType item_type = SlotType::kString;       // of an array
  std::vector<boost::json::value> choices;      // an enum; empty: anything of the type
  std::vector<boost::json::value> item_choices; // of an array's items
  std::optional<boost::json::value> fallback;   // the schema's default
  bool required = false;
  boost::json::object grammar;     // the part of its schema that a grammar can hold
  std::vector<SlotSchema> members; // of an object that is an argument itself, as a tool's slots are
};

struct CallableTool {
  std::string name;
  std::string description;
  std::vector<SlotSchema> slots; // compulsory ones first, each kind in the schema's order
};

inline constexpr std::size_t kSlotsMax = 64;

// kInvalidArgument when the parameters are no object schema, kLimitExceeded beyond kSlotsMax.
Result<CallableTool> read_tool(const chat::ToolDefinition& definition);

bool is_of_type(SlotType type, const boost::json::value& value);
// Is `value` of the slot's type and, where there are choices, one of them?
bool fits(const SlotSchema& slot, const boost::json::value& value);

} // namespace outpost::agents
