#include "agents/spec/permissions_section.h"

#include "agents/call/pattern.h"
#include "agents/spec/section.h"

namespace outpost::agents {
namespace {

using yaml::YamlFields;
using yaml::YamlNode;

Status read_roles(const YamlNode& node, std::string_view origin, PermissionsSection& into) {
  if (node.kind != YamlNode::Kind::kMapping) {
    return yaml_error(origin, node.place, "expected principals by role");
  }
  for (const auto& [key, value] : entries_of(node)) {
    OUTPOST_TRY(into.roles[key.scalar], read_texts(value, origin));
  }
  return {};
}

Status read_tests(const YamlNode& node, std::string_view origin, std::vector<ArgumentTest>& into) {
  if (node.kind != YamlNode::Kind::kMapping) {
    return yaml_error(origin, node.place, "expected arguments and what they must be");
  }
  for (const auto& [key, value] : entries_of(node)) {
    ArgumentTest test;
    test.name = key.scalar;
    YamlFields fields(value, origin, "a test of an argument");
    fields
        .optional("pattern",
                  [&](const YamlNode& text) -> Status {
                    OUTPOST_TRY(test.pattern, read_text(text, origin));
                    const auto compiled = Pattern::compile(test.pattern);
                    return compiled ? Status()
                                    : yaml_error(origin, text.place, compiled.error().message);
                  })
        .optional("one_of", test.one_of)
        .optional("at_most", number_into(test.at_most, origin))
        .optional("at_least", number_into(test.at_least, origin));
    OUTPOST_CHECK(fields.finish());
    into.push_back(std::move(test));
  }
  return {};
}

Result<PermissionRule> read_rule(const YamlNode& node, std::string_view origin) {
  PermissionRule rule;
  std::vector<std::string> allowed;
  std::vector<std::string> denied;
  YamlFields fields(node, origin, "a rule");
  fields.optional("allow", allowed)
      .optional("deny", denied)
      .optional("who", rule.who)
      .optional("when",
                [&](const YamlNode& value) { return read_tests(value, origin, rule.when); });
  OUTPOST_CHECK(fields.finish());
  if (allowed.empty() == denied.empty()) {
    return yaml_error(origin, node.place, "a rule needs tools to `allow` or to `deny`");
  }
  rule.allows = !allowed.empty();
  rule.tools = rule.allows ? std::move(allowed) : std::move(denied);
  if (rule.who.empty()) rule.who = {"*"};
  return rule;
}

} // namespace

Status read_permissions(const YamlNode& node, std::string_view origin, PermissionsSection& into) {
  into.is_given = true;
  YamlFields fields(node, origin, "permissions");
  fields.optional("roles", [&](const YamlNode& value) { return read_roles(value, origin, into); })
      .required("rules", [&](const YamlNode& list) {
        return read_each(list, origin, "rules", [&](const YamlNode& item) -> Status {
          OUTPOST_TRY(PermissionRule rule, read_rule(item, origin));
          into.rules.push_back(std::move(rule));
          return {};
        });
      });
  return fields.finish();
}

} // namespace outpost::agents
