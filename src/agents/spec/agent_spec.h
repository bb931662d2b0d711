// An agent file, checked and typed. docs/agents.md describes the YAML; agent_file.cpp reads it.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "agents/spec/tool.h"
#include "base/result.h"

namespace outpost::agents {

// Hard limits of one run, checked before each step. Beyond one the run ends and says which.
struct Budgets {
  std::uint32_t steps = 8;
  std::uint32_t tool_calls = 4;
  std::uint32_t tokens = 16'000; // that the model reads and writes; cached prompts count too
  std::chrono::milliseconds time{60'000};
};

// What is said about a row: the first answer whose conditions all hold. {name} stands for a column,
// or else an argument, of that name.
struct AnswerTemplate {
  std::vector<std::pair<std::string, std::string>> when; // column, value as text
  std::string say;
};

// A query that must give a row before anything is changed, and what is said when it gives none.
struct Precondition {
  std::string query;
  std::string otherwise;
};

// The SQL behind a tool. Arguments are bound as :name, absent ones as NULL; :request is the user's
// own text. A reading tool has `query`; a changing one `require`, `statements`, `result`, all of
// which run in one transaction.
struct SqlAction {
  std::string query;
  std::vector<Precondition> require;
  std::vector<std::string> statements;
  std::string result;
  std::vector<AnswerTemplate> answers;
  std::string no_rows; // what is said when `query` gives nothing
};

struct SqlTool {
  Tool tool;
  SqlAction action;
};

// Something that is said without a tool: a greeting, what the agent can do. {tools} in `say` stands
// for the list of what the tools do.
struct Reply {
  std::string name;
  std::string description;
  std::vector<std::string> examples;
  std::string say;
};

struct AgentSpec {
  std::string name;
  std::string description;
  std::string model; // an alias or a model file; app/ finds it
  std::string instructions;
  std::filesystem::path
      database; // absolute, or relative to the current folder as the agent file is
  Budgets budgets;
  std::vector<SqlTool> tools;
  std::vector<Reply> replies;
};

// Errors: kNotFound, kLimitExceeded, kInvalidArgument with "file:line:column: what".
Result<AgentSpec> load_agent_file(const std::filesystem::path& path);

// `origin` begins messages; `folder` is where relative paths start.
Result<AgentSpec> parse_agent(const std::string& text, const std::string& origin,
                              const std::filesystem::path& folder);

} // namespace outpost::agents
