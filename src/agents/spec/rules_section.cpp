#include "agents/spec/rules_section.h"

#include "agents/spec/section.h"

namespace outpost::agents {

Status read_rules(const yaml::YamlNode& node, std::string_view origin,
                  std::vector<ReflexRule>& into) {
  return read_each(node, origin, "rules", [&](const yaml::YamlNode& item) -> Status {
    ReflexRule rule;
    std::optional<double> likeness;
    yaml::YamlFields fields(item, origin, "a rule");
    fields.optional("name", name_into(rule.name, origin))
        .optional("words", rule.words)
        .optional("like", rule.like)
        .optional("likeness", number_into(likeness, origin))
        .required("use", name_into(rule.use, origin));
    OUTPOST_CHECK(fields.finish());
    if (rule.words.empty() == rule.like.empty()) {
      return yaml_error(origin, item.place, "a rule has either 'words' or requests it is 'like'");
    }
    if (likeness && (*likeness <= 0 || *likeness > 1)) {
      return yaml_error(origin, item.place, "a likeness lies between 0 and 1");
    }
    rule.likeness = likeness.value_or(rule.likeness);
    into.push_back(std::move(rule));
    return {};
  });
}

} // namespace outpost::agents
