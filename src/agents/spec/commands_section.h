// `commands:` of an agent file: tools that are programs.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "agents/spec/tool_fields.h"

namespace outpost::agents {

struct CommandTool {
  Tool tool;
  std::vector<std::string> run; // program and arguments, as they are
  std::chrono::milliseconds time_limit{std::chrono::seconds(10)};
  std::uint64_t memory_limit_bytes = 512U << 20U;
  std::size_t output_limit_bytes = 64U << 10U;
  bool takes_local_only = false;       // may be given what must stay on this machine
  std::vector<AnswerTemplate> answers; // about the object that it returns; none: its text
};

Status read_commands(const yaml::YamlNode& node, std::string_view origin, const ValueKinds& kinds,
                     std::vector<CommandTool>& into);

} // namespace outpost::agents
