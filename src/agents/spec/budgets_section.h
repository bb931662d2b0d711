// `budgets:` of an agent file.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "agents/ledger/money.h"
#include "base/result.h"
#include "yaml/yaml_node.h"

namespace outpost::agents {

// Hard limits of one run, checked before each step. Beyond one the run ends and says which.
struct Budgets {
  std::uint32_t steps = 8;
  std::uint32_t tool_calls = 4;
  std::uint32_t tokens = 16'000; // that the model reads and writes; cached prompts count too
  std::chrono::milliseconds time{60'000};
  std::optional<Money> money; // for steps that a larger model takes; none: as `escalation:` says
};

Status read_budgets(const yaml::YamlNode& node, std::string_view origin, Budgets& into);

} // namespace outpost::agents
