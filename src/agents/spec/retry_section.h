// `retry:` of an agent file: tools that only read are tried again when they failed for a passing
// reason. What may have changed something is never repeated.
#pragma once
#include <chrono>
#include <cstdint>

#include "base/result.h"
#include "yaml/yaml_node.h"

namespace outpost::agents {

struct RetrySpec {
  std::uint32_t attempts = 1;          // all of them; 1: nothing is tried again
  std::chrono::milliseconds wait{200}; // before the second; so much more before each further one
};

Status read_retry(const yaml::YamlNode& node, std::string_view origin, RetrySpec& into);

} // namespace outpost::agents
