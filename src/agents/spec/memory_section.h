// `memory:` of an agent file: whether and for how long the agent remembers its conversations.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "yaml/yaml_node.h"

namespace outpost::agents {

struct MemorySpec {
  bool remembers = false;                 // there is such a section
  std::uint32_t tokens_max = 600;         // of what is recalled for one request
  std::optional<std::uint32_t> keep_days; // none: until forgotten or full
  std::string embeddings;                 // the model that makes them; empty: words alone
};

Status read_memory(const yaml::YamlNode& node, std::string_view origin, MemorySpec& into);

} // namespace outpost::agents
