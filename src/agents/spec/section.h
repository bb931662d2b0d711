// What the readers of an agent file's sections share. A section is a pair of files of its own,
// NAME_section.h and .cpp: one function that reads a YAML node into the section's struct. A new
// section is such a pair, a member of AgentSpec and a line in agent_file.cpp.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agents/spec/tool.h"
#include "yaml/yaml_reader.h"

namespace outpost::agents {

// The kinds of values that an agent file declares, by name.
using ValueKinds = std::map<std::string, ValueKind, std::less<>>;

// Readers for YamlFields. `origin` and what is read into outlive them.
yaml::YamlFields::Reader name_into(std::string& into, std::string_view origin);
yaml::YamlFields::Reader share_into(double& into, std::string_view origin); // from 0 to 1
yaml::YamlFields::Reader number_into(std::optional<double>& into, std::string_view origin);

// A whole number from 1 to `most`.
template <class Number>
yaml::YamlFields::Reader count_into(Number& into, std::uint64_t most, std::string_view origin) {
  return [&into, most, origin](const yaml::YamlNode& node) -> Status {
    OUTPOST_TRY(const std::uint64_t count, yaml::read_count(node, origin, 1, most));
    into = static_cast<Number>(count);
    return {};
  };
}

} // namespace outpost::agents
