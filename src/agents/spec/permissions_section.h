// `permissions:` of an agent file: who may call what. Rules are tried in order and the first that
// fits decides; a call that none fits is denied.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "yaml/yaml_node.h"

namespace outpost::agents {

// What an argument must be for a rule to fit; an absent argument does not fit.
struct ArgumentTest {
  std::string name;
  std::string pattern; // of the whole text, in the syntax of call/pattern.h
  std::vector<std::string> one_of;
  std::optional<double> at_most;
  std::optional<double> at_least;
};

struct PermissionRule {
  bool allows = false;
  std::vector<std::string> tools; // "*": all
  std::vector<std::string> who;   // principals, or roles of `roles`; "*": everybody
  std::vector<ArgumentTest> when; // all of them
};

struct PermissionsSection {
  bool is_given = false;                                 // else nothing is restricted
  std::map<std::string, std::vector<std::string>> roles; // principals by role
  std::vector<PermissionRule> rules;
};

Status read_permissions(const yaml::YamlNode& node, std::string_view origin,
                        PermissionsSection& into);

} // namespace outpost::agents
