// Runs an agent on tasks, each wording in a sandbox: a fresh copy of the agent's database, a
// session of its own. Scored by what the database holds afterwards and by what was said, never by
// how.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agents/agent.h"
#include "agents/eval/task.h"

namespace outpost::agents {

struct TaskResult {
  std::string id;
  std::size_t wording = 0; // from 0
  std::string kind;
  bool completed = false;
  bool wrong_effect = false; // something changed that should not have, or not so
  std::string problem;       // why not completed
  std::string answer;        // the last one
  RunUsage usage;            // of all turns
};

struct KindTally {
  std::size_t completed = 0;
  std::size_t all = 0;
};

struct EvalReport {
  std::vector<TaskResult> results;

  [[nodiscard]] KindTally total() const;
  [[nodiscard]] std::map<std::string, KindTally> by_kind() const;
  [[nodiscard]] std::size_t wrong_effects() const;
  // Of all wordings' times, the one that `share` of them do not pass; 0 when there are none.
  [[nodiscard]] double time_ms_at(double share) const;
  [[nodiscard]] std::string json() const;
};

// What is said to an agent in a session and what comes of it.
using AskAgent = std::function<Result<RunOutcome>(Session&, const std::string&)>;
// Opens the agent of this spec, whose database is the sandbox's.
using OpenAgentFor = std::function<Result<AskAgent>(AgentSpec)>;

// `scratch` is a folder for sandboxes; what is made in it is removed. An error means that the
// evaluation could not be made, not that a task failed.
Result<EvalReport> evaluate(const AgentSpec& spec, const std::vector<EvalTask>& tasks,
                            const OpenAgentFor& open, const std::filesystem::path& scratch,
                            const CancelToken& cancel);

// What a stored report (EvalReport::json()) and this one tell apart: lines "id wording: was, is".
Result<std::vector<std::string>> compare(const EvalReport& now, const std::string& stored_json);

} // namespace outpost::agents
