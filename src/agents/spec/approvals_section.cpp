#include "agents/spec/approvals_section.h"

#include <algorithm>

#include "agents/spec/section.h"
#include "yaml/yaml_units.h"

namespace outpost::agents {

using yaml::YamlNode;

Status read_approvals(const YamlNode& node, std::string_view origin,
                      std::vector<ApprovalRule>& into) {
  return read_each(node, origin, "approvals", [&](const YamlNode& item) -> Status {
    ApprovalRule rule;
    yaml::YamlFields fields(item, origin, "a rule for approvals");
    fields.optional("tools", rule.tools)
        .optional("effects",
                  [&](const YamlNode& list) {
                    return read_each(list, origin, "effects", [&](const YamlNode& one) -> Status {
                      OUTPOST_TRY(const std::size_t word,
                                  read_word(one, origin, {"read", "reversible", "irreversible"}));
                      rule.effects.push_back(static_cast<Effect>(word));
                      return {};
                    });
                  })
        .optional("needed", rule.needed)
        .optional("role", name_into(rule.role, origin))
        .optional("by_requester", rule.by_requester)
        .optional("within", [&](const YamlNode& value) -> Status {
          OUTPOST_TRY(rule.within, yaml::read_duration(value, origin));
          return {};
        });
    OUTPOST_CHECK(fields.finish());
    into.push_back(std::move(rule));
    return {};
  });
}

const ApprovalRule* approval_rule(const std::vector<ApprovalRule>& rules, const Tool& tool) {
  const auto fits = [](const auto& list, const auto& value) {
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
  };
  for (const ApprovalRule& rule : rules) {
    if (!fits(rule.tools, tool.name) || !fits(rule.effects, tool.effect)) continue;
    return rule.needed ? &rule : nullptr;
  }
  return nullptr;
}

} // namespace outpost::agents
