// `knowledge:` of an agent file: a folder of documents that the agent may look things up in.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yaml/yaml_node.h"

namespace outpost::agents {

struct KnowledgeSpec {
  std::filesystem::path folder; // empty: the agent has no knowledge base
  std::string description = "Looks something up in the documents";
  std::vector<std::string> examples; // requests that the documents answer
};

// `folder` is where relative paths start.
Status read_knowledge(const yaml::YamlNode& node, std::string_view origin,
                      const std::filesystem::path& folder, KnowledgeSpec& into);

} // namespace outpost::agents
