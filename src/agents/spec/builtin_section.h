// `builtin:` of an agent file: tools that need nothing but this machine.
#pragma once
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yaml/yaml_node.h"

namespace outpost::agents {

enum class Builtin { kCalculator, kClock, kSystem };

struct BuiltinSection {
  std::vector<Builtin> tools;
  int utc_offset_minutes = 0; // of the people whom the clock is for
};

// `[calculator, clock, system]`, or a mapping with `tools` and `utc_offset: "+02:00"`.
Status read_builtin(const yaml::YamlNode& node, std::string_view origin, BuiltinSection& into);

} // namespace outpost::agents
