// `approvals:` of an agent file: which calls need a person's approval, and whose. Rules in order;
// the first that fits a tool holds. What no rule fits needs none.
#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "agents/spec/tool.h"
#include "base/result.h"
#include "yaml/yaml_node.h"

namespace outpost::agents {

struct ApprovalRule {
  std::vector<std::string> tools; // by name; empty: all
  std::vector<Effect> effects;    // empty: all
  bool needed = true;             // false: these need none, whatever follows
  std::string role;               // who may answer; empty: any approver
  bool by_requester = false;      // whoever asked may approve it too
  std::chrono::milliseconds within{std::chrono::hours(24)}; // unanswered until then: refused
};

Status read_approvals(const yaml::YamlNode& node, std::string_view origin,
                      std::vector<ApprovalRule>& into);

// The rule under which calls of the tool need an approval; null when they need none.
const ApprovalRule* approval_rule(const std::vector<ApprovalRule>& rules, const Tool& tool);

} // namespace outpost::agents
