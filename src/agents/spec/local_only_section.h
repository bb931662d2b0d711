// `local_only:` of an agent file: what never leaves this machine. Whatever is made from it carries
// the label, and nothing with the label goes to a larger model, an address or a server elsewhere.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yaml/yaml_node.h"

namespace outpost::agents {

struct LocalOnlySpec {
  std::vector<std::string> tools;  // whose results
  std::vector<std::string> values; // kinds of values; a request that has one
};

Status read_local_only(const yaml::YamlNode& node, std::string_view origin, LocalOnlySpec& into);

} // namespace outpost::agents
