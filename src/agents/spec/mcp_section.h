// `mcp:` of an agent file: servers of the Model Context Protocol whose tools the agent may use.
#pragma once
#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "yaml/yaml_node.h"

namespace outpost::agents {

struct McpServerSpec {
  std::string name;
  std::vector<std::string> run;                                 // a program and its arguments, or
  std::string url;                                              // an address
  std::vector<std::pair<std::string, std::string>> environment; // of the program, beside PATH
  std::string key_variable; // an environment variable of ours; sent as Authorization: Bearer
  std::string prefix;       // of its tools' names
  std::vector<std::string> only;
  std::vector<std::string> reads;
  std::vector<std::string> reversible;
  std::map<std::string, std::vector<std::string>> examples; // requests, by tool
  bool trusts_first_use = true;
  std::string revision; // only this one; empty: whichever it speaks
  std::chrono::milliseconds time_limit{std::chrono::seconds(60)};
};

Status read_mcp(const yaml::YamlNode& node, std::string_view origin,
                std::vector<McpServerSpec>& into);

} // namespace outpost::agents
