#include "agents/spec/values_section.h"

#include "agents/call/pattern.h"

namespace outpost::agents {

using yaml::YamlFields;
using yaml::YamlNode;

Status read_values(const YamlNode& node, std::string_view origin, ValueKinds& into) {
  if (node.kind != YamlNode::Kind::kMapping) {
    return yaml_error(origin, node.place, "expected kinds of values by name");
  }
  for (const auto& [key, value] : entries_of(node)) {
    ValueKind kind;
    OUTPOST_TRY(kind.name, read_name(key, origin));
    YamlFields fields(value, origin, "a kind of value");
    add_kind_fields(fields, origin, kind);
    OUTPOST_CHECK(fields.finish());
    OUTPOST_CHECK(check_kind(value, origin, kind));
    into.emplace(kind.name, std::move(kind));
  }
  return {};
}

void add_kind_fields(YamlFields& fields, std::string_view origin, ValueKind& kind) {
  fields.optional("description", kind.description)
      .optional("type",
                [origin, &kind](const YamlNode& node) -> Status {
                  OUTPOST_TRY(const std::size_t word,
                              read_word(node, origin, {"string", "integer", "number", "boolean"}));
                  kind.type = static_cast<ValueType>(word);
                  return {};
                })
      .optional("format",
                [origin, &kind](const YamlNode& node) -> Status {
                  OUTPOST_CHECK(read_word(node, origin, {"email"}));
                  kind.format = ValueFormat::kEmail;
                  return {};
                })
      .optional("pattern",
                [origin, &kind](const YamlNode& node) -> Status {
                  OUTPOST_TRY(kind.pattern, read_text(node, origin));
                  const auto compiled = Pattern::compile(kind.pattern);
                  return compiled ? Status()
                                  : yaml_error(origin, node.place, compiled.error().message);
                })
      .optional("enum", kind.choices)
      .optional("examples", kind.examples)
      .optional("cues", kind.cues)
      .optional("lookup", kind.lookup)
      .optional("ask", kind.ask)
      .optional("minimum", number_into(kind.minimum, origin))
      .optional("maximum", number_into(kind.maximum, origin))
      .optional("max_length", count_into(kind.max_length, 4000, origin))
      .optional("free_text", kind.free_text);
}

Status check_kind(const YamlNode& node, std::string_view origin, const ValueKind& kind) {
  const bool is_text = kind.type == ValueType::kString;
  const bool has_text_rules = !kind.pattern.empty() || !kind.choices.empty() ||
                              !kind.lookup.empty() || kind.free_text ||
                              kind.format != ValueFormat::kNone;
  if (!is_text && has_text_rules) {
    return yaml_error(origin, node.place,
                      "'" + kind.name + "' is of type " + std::string(to_string(kind.type)) +
                          "; pattern, enum, lookup, format and free_text are for strings");
  }
  if (is_text && (kind.minimum || kind.maximum)) {
    return yaml_error(origin, node.place,
                      "'" + kind.name + "' is a string; minimum and maximum are for numbers");
  }
  return {};
}

} // namespace outpost::agents
