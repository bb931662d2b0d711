// What tools of every section of an agent file have in common.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "agents/spec/section.h"

namespace outpost::agents {

// What is said about a row: the first answer whose conditions all hold. {name} stands for a column,
// or else an argument, of that name.
struct AnswerTemplate {
  std::vector<std::pair<std::string, std::string>> when; // column, value as text
  std::string say;
};

// name, description, effect, examples, parameters. `kinds` are those of the values section; all
// outlive the reading.
void add_tool_fields(yaml::YamlFields& fields, std::string_view origin, const ValueKinds& kinds,
                     Tool& tool);

// `parameters:` alone, where something that is no tool has them (a plan).
Status read_parameters(const yaml::YamlNode& node, std::string_view origin, const ValueKinds& kinds,
                       Tool& into);

Status read_answers(const yaml::YamlNode& node, std::string_view origin,
                    std::vector<AnswerTemplate>& into);

} // namespace outpost::agents
