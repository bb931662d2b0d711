#include "agents/spec/tool_fields.h"

#include "agents/spec/values_section.h"
#include "base/edit_distance.h"

namespace outpost::agents {
namespace {

using yaml::YamlFields;
using yaml::YamlNode;

class ParametersReader {
public:
  ParametersReader(std::string_view origin, const ValueKinds& kinds)
      : origin_(origin), kinds_(kinds) {}

  Status read(const YamlNode& node, Tool& into) {
    if (node.kind != YamlNode::Kind::kMapping) {
      return yaml_error(origin_, node.place, "expected parameters by name");
    }
    for (const auto& [key, value] : entries_of(node)) {
      Parameter parameter;
      OUTPOST_TRY(parameter.name, read_name(key, origin_));
      if (parameter.name == "request") {
        return yaml_error(origin_, key.place,
                          "'request' is the user's own text and can't be a parameter");
      }
      OUTPOST_CHECK(read_parameter(value, parameter));
      into.parameters.push_back(std::move(parameter));
    }
    return {};
  }

private:
  // Either `kind: NAME` of the values section, or the kind's own fields.
  Status read_parameter(const YamlNode& node, Parameter& into) {
    std::string kind;
    YamlFields fields(node, origin_, "a parameter");
    fields.optional("kind", [&](const YamlNode& value) -> Status {
      OUTPOST_TRY(kind, read_text(value, origin_));
      if (kinds_.contains(kind)) return {};
      std::vector<std::string_view> names;
      for (const auto& entry : kinds_) names.emplace_back(entry.first);
      const auto nearest = nearest_name(kind, names);
      return yaml_error(origin_, value.place,
                        "'" + kind + "' is not among the values" +
                            (nearest ? "; did you mean '" + std::string(*nearest) + "'?" : ""));
    });
    fields.optional("required", into.required);
    if (kind.empty()) {
      into.kind.name = into.name;
      add_kind_fields(fields, origin_, into.kind);
    }
    OUTPOST_CHECK(fields.finish());
    if (!kind.empty()) {
      into.kind = kinds_.find(kind)->second;
      return {};
    }
    return check_kind(node, origin_, into.kind);
  }

  std::string_view origin_;
  const ValueKinds& kinds_;
};

Status read_conditions(const YamlNode& node, std::string_view origin, AnswerTemplate& into) {
  if (node.kind != YamlNode::Kind::kMapping) {
    return yaml_error(origin, node.place, "expected columns and their values");
  }
  for (const auto& [key, value] : entries_of(node)) {
    OUTPOST_TRY(std::string text, read_text(value, origin));
    into.when.emplace_back(key.scalar, std::move(text));
  }
  return {};
}

} // namespace

Status read_parameters(const YamlNode& node, std::string_view origin, const ValueKinds& kinds,
                       Tool& into) {
  return ParametersReader(origin, kinds).read(node, into);
}

void add_tool_fields(YamlFields& fields, std::string_view origin, const ValueKinds& kinds,
                     Tool& tool) {
  fields.required("name", name_into(tool.name, origin))
      .required("description", tool.description)
      .required("effect",
                [origin, &tool](const YamlNode& value) -> Status {
                  OUTPOST_TRY(const std::size_t word,
                              read_word(value, origin, {"read", "reversible", "irreversible"}));
                  tool.effect = static_cast<Effect>(word);
                  return {};
                })
      .optional("examples", tool.examples)
      .optional("parameters", [origin, &kinds, &tool](const YamlNode& value) {
        return read_parameters(value, origin, kinds, tool);
      });
}

Status read_answers(const YamlNode& node, std::string_view origin,
                    std::vector<AnswerTemplate>& into) {
  const Status read = read_each(node, origin, "answers", [&](const YamlNode& item) -> Status {
    AnswerTemplate made;
    YamlFields fields(item, origin, "an answer");
    fields
        .optional("when", [&](const YamlNode& when) { return read_conditions(when, origin, made); })
        .required("say", made.say);
    OUTPOST_CHECK(fields.finish());
    into.push_back(std::move(made));
    return {};
  });
  if (!read) return read;
  if (into.empty() || !into.back().when.empty()) {
    return yaml_error(origin, node.place,
                      "the last answer must have no 'when', so that something "
                      "is said about every row");
  }
  return {};
}

} // namespace outpost::agents
