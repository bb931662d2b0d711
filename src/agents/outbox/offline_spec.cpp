#include "agents/outbox/offline_spec.h"

#include "yaml/yaml_reader.h"
#include "yaml/yaml_units.h"

namespace outpost::agents {
namespace {

using yaml::YamlFields;
using yaml::YamlNode;

Result<DeferRule> read_rule(const YamlNode& node, std::string_view origin) {
  DeferRule rule;
  YamlFields fields(node, origin, "how a tool's calls wait");
  fields.optional("repeatable", rule.repeatable)
      .optional("order_by", rule.order_parameter)
      .optional("expires", [&](const YamlNode& value) -> Status {
        OUTPOST_TRY(rule.expires_after, yaml::read_duration(value, origin));
        return {};
      });
  OUTPOST_CHECK(fields.finish());
  return rule;
}

} // namespace

Status read_offline(const YamlNode& node, std::string_view origin, OfflineSpec& into) {
  YamlFields fields(node, origin, "offline");
  fields.optional("probe", into.probe).required("tools", [&](const YamlNode& tools) -> Status {
    if (tools.kind != YamlNode::Kind::kMapping) {
      return yaml_error(origin, tools.place, "expected tools by name");
    }
    for (const auto& [key, value] : entries_of(tools)) {
      OUTPOST_TRY(into.tools[key.scalar], read_rule(value, origin));
    }
    return {};
  });
  return fields.finish();
}

} // namespace outpost::agents
