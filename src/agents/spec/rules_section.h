// `rules:` of an agent file: requests that are answered without asking a model. The first rule that
// fits holds, if all that its tool needs is in the request, each value once.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yaml/yaml_node.h"

namespace outpost::agents {

struct ReflexRule {
  std::string name;
  std::vector<std::string> words; // all of them are in the request, in any form
  std::vector<std::string> like;  // or it is as good as one of these
  double likeness = 0.8;          // how good: share of words in common, 0 to 1
  std::string use;                // the tool or reply
};

Status read_rules(const yaml::YamlNode& node, std::string_view origin,
                  std::vector<ReflexRule>& into);

} // namespace outpost::agents
