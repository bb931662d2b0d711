#include "agents/tools/policy/permission_toolset.h"

#include <algorithm>

#include <fmt/format.h>

#include "agents/call/pattern.h"

namespace outpost::agents {
namespace {

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool fits(const ArgumentTest& test, const boost::json::object& arguments) {
  const boost::json::value* value = arguments.if_contains(test.name);
  if (value == nullptr) return false;
  const boost::json::string* text = value->if_string();
  if (!test.pattern.empty()) {
    const auto pattern = Pattern::compile(test.pattern);
    if (text == nullptr || !pattern || !pattern->matches(*text)) return false;
  }
  if (!test.one_of.empty() && (text == nullptr || !has(test.one_of, *text))) return false;
  if (!test.at_most && !test.at_least) return true;
  if (!value->is_number()) return false;
  const double number = value->to_number<double>();
  return (!test.at_most || number <= *test.at_most) && (!test.at_least || number >= *test.at_least);
}

bool is_among(const PermissionsSection& permissions, const std::vector<std::string>& who,
              const std::string& principal) {
  return std::any_of(who.begin(), who.end(), [&](const std::string& one) {
    const auto role = permissions.roles.find(one);
    // A role's name is nobody: who is called so does not have it.
    if (role != permissions.roles.end()) return has(role->second, principal);
    return one == "*" || one == principal;
  });
}

// Is the rule about that tool in that principal's hands?
bool concerns(const PermissionsSection& permissions, const PermissionRule& rule,
              const std::string& tool, const chat::PrincipalId& principal) {
  return (has(rule.tools, "*") || has(rule.tools, tool)) &&
         is_among(permissions, rule.who, principal.value);
}

Error denied(const std::string& principal, std::string_view tool, std::string_view how) {
  return {ErrorCode::kPermissionDenied,
          fmt::format("'{}' may not call '{}'{}", principal, tool.substr(0, 64), how),
          "`permissions:` of the agent file says who may"};
}

} // namespace

Status check_permission(const PermissionsSection& permissions, const Call& call,
                        const CallContext& context) {
  if (!permissions.is_given) return {};
  for (const PermissionRule& rule : permissions.rules) {
    if (!concerns(permissions, rule, call.tool, context.principal)) continue;
    const bool all_fit =
        std::all_of(rule.when.begin(), rule.when.end(),
                    [&](const ArgumentTest& test) { return fits(test, call.arguments); });
    if (!all_fit) continue;
    if (rule.allows) return {};
    break;
  }
  return fail(denied(context.principal.value, call.tool, " like this"));
}

Status check_possible(const PermissionsSection& permissions, const std::string& tool,
                      const chat::PrincipalId& principal) {
  if (!permissions.is_given) return {};
  for (const PermissionRule& rule : permissions.rules) {
    if (!concerns(permissions, rule, tool, principal)) continue;
    if (rule.allows) return {};
    if (rule.when.empty()) break;
  }
  return fail(denied(principal.value, tool, ""));
}

} // namespace outpost::agents
