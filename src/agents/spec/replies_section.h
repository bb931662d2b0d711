// `replies:` of an agent file.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yaml/yaml_node.h"

namespace outpost::agents {

// Something that is said without a tool: a greeting, what the agent can do. {tools} in `say` stands
// for the list of what the tools do.
struct Reply {
  std::string name;
  std::string description;
  std::vector<std::string> examples;
  std::vector<std::string> uses; // requests that it was said to, rightly: learnt, not declared
  std::string say;
};

Status read_replies(const yaml::YamlNode& node, std::string_view origin, std::vector<Reply>& into);

} // namespace outpost::agents
