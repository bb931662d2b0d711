#include "agents/spec/tool.h"

#include <algorithm>

#include <boost/json.hpp>

#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

json::object value_schema(const ValueKind& kind) {
  json::object schema;
  schema["type"] = to_string(kind.type);
  if (!kind.description.empty()) schema["description"] = kind.description;
  if (kind.format == ValueFormat::kEmail) schema["format"] = "email";
  if (!kind.pattern.empty()) schema["pattern"] = "^(" + kind.pattern + ")$";
  if (!kind.choices.empty()) schema["enum"] = json::array(kind.choices.begin(), kind.choices.end());
  if (kind.type == ValueType::kString && kind.choices.empty())
    schema["maxLength"] = kind.max_length;
  if (kind.minimum) schema["minimum"] = *kind.minimum;
  if (kind.maximum) schema["maximum"] = *kind.maximum;
  if (!kind.examples.empty()) {
    schema["examples"] = json::array(kind.examples.begin(), kind.examples.end());
  }
  return schema;
}

} // namespace

std::string_view to_string(Effect effect) {
  switch (effect) {
  case Effect::kRead: return "read";
  case Effect::kReversible: return "reversible";
  case Effect::kIrreversible: return "irreversible";
  }
  return "irreversible";
}

std::string_view to_string(ValueType type) {
  switch (type) {
  case ValueType::kString: return "string";
  case ValueType::kInteger: return "integer";
  case ValueType::kNumber: return "number";
  case ValueType::kBoolean: return "boolean";
  }
  return "string";
}

const Parameter* find_parameter(const Tool& tool, std::string_view name) {
  const auto at = std::find_if(tool.parameters.begin(), tool.parameters.end(),
                               [name](const Parameter& p) { return p.name == name; });
  return at == tool.parameters.end() ? nullptr : &*at;
}

std::string parameters_schema(const Tool& tool) {
  if (!tool.input_schema.empty()) return tool.input_schema;
  json::object properties;
  json::array required;
  for (const Parameter& parameter : tool.parameters) {
    properties[parameter.name] = value_schema(parameter.kind);
    if (parameter.required) required.emplace_back(parameter.name);
  }
  json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
  return chat::json_text(schema);
}

} // namespace outpost::agents
