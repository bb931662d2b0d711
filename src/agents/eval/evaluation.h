// Runs an agent on tasks, each wording in a sandbox: fresh copies of the agent's database and
// files, a session and a memory of its own. Scored by what these hold afterwards and by what was
// said, never by how.
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
  std::string domain;
  bool completed = false;
  bool wrong_effect = false; // something changed that should not have, or not so
  std::string problem{};     // why not completed
  std::string answer{};      // the last one
  RunUsage usage{};          // of all turns
};

struct KindTally {
  std::size_t completed = 0;
  std::size_t all = 0;
};

struct EvalReport {
  std::vector<TaskResult> results;

  [[nodiscard]] KindTally total() const;
  [[nodiscard]] std::map<std::string, KindTally> by_kind() const;
  [[nodiscard]] std::map<std::string, KindTally> by_domain() const;
  // Of the tasks' first wordings, second wordings and so on.
  [[nodiscard]] std::vector<KindTally> by_wording() const;
  [[nodiscard]] std::size_t wrong_effects() const;
  // Of all wordings' times, the one that `share` of them do not pass; 0 when there are none.
  [[nodiscard]] double time_ms_at(double share) const;
  [[nodiscard]] std::string json() const;
};

// What is said to an agent in a session and what comes of it.
using AskAgent = std::function<Result<RunOutcome>(Session&, const std::string&)>;
// What an agent is opened for, anew for each session. Who opens it heeds the task's principal,
// failing tools, line and approval.
struct EvalSetting {
  AgentSpec spec;                    // over the sandbox's copies
  std::filesystem::path data_folder; // in the sandbox: of memory and knowledge
  const EvalTask& task;
  Escalation* larger; // stands in for the larger model; null: the agent has none
};
using OpenAgentFor = std::function<Result<AskAgent>(const EvalSetting&)>;

// `scratch` is a folder for sandboxes; what is made in it is removed. An error means that the
// evaluation could not be made, not that a task failed.
Result<EvalReport> evaluate(const AgentSpec& spec, const std::vector<EvalTask>& tasks,
                            const OpenAgentFor& open, const std::filesystem::path& scratch,
                            const CancelToken& cancel);

// What a stored report (EvalReport::json()) and this one tell apart: lines "id wording: was, is".
Result<std::vector<std::string>> compare(const EvalReport& now, const std::string& stored_json);

} // namespace outpost::agents
