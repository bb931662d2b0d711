// Tasks that an agent is evaluated on: what a user says, and what must be true afterwards.
//
//   {"id": "cancel-1", "kind": "one call", "wordings": [["Cancel A-20417"], ["I don't want A-20417
//   any more"]],
//    "expect": "statement", "state": [{"sql": "SELECT status FROM orders WHERE id = 'A-20417'",
//    "is": "cancelled"}], "says": ["A-20417"], "never_says": ["refund"]}
//
// Each wording is a conversation of its own. "expect" names the kind of the last answer: statement,
// reply, question, no_tool, failure, waiting; several with "|" between them. Without "state"
// nothing in the database and the files may change.
//
// What surrounds a conversation may be said too:
//   "domain": "orders"              for the report; the agent's name if left out
//   "as": "ann"                     who speaks, for permissions
//   "earlier": ["..."]              was said in a session before
//   "prepare": ["UPDATE ..."]       run on the sandbox's database before anything is said
//   "failing": ["order_status"]     tools that fail when they are called
//   "offline": true                 there is no line; otherwise there is one
//   "approval": "given"             what a person answers to a call that waits; or "refused"
//   "larger": {"tool": "...", "arguments": {...}}   what the larger model suggests; else nothing
//   "escalates": true               a step must have gone to the larger model; false: none may
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/escalation/escalation.h"
#include "base/result.h"

namespace outpost::agents {

// One of a database and a file.
struct StateCheck {
  std::string sql;  // one value
  std::string is;   // as text; "" for NULL or no row
  std::string file; // relative to the agent's folder
  std::string has;  // in the file, as it is
};

struct EvalTask {
  std::string id;
  std::string kind; // for the report: "one call", "missing argument", ...
  std::vector<std::vector<std::string>> wordings; // turns said
  std::vector<std::string> expect;
  std::vector<StateCheck> state;
  std::vector<std::string> says;       // in the last answer, whatever the case of letters
  std::vector<std::string> never_says; // in any answer

  std::string domain{};
  std::string principal{}; // empty: who uses the command line
  std::vector<std::string> earlier{};
  std::vector<std::string> prepare{};
  std::vector<std::string> failing{};
  bool offline = false;
  std::optional<bool> approves{}; // none: nobody answers
  std::optional<EscalatedAnswer::SuggestedCall> larger{};
  std::optional<bool> escalates{};
};

inline constexpr std::size_t kEvalTasksMax = 10'000;

// kCorruptData: "origin:line: what".
Result<std::vector<EvalTask>> parse_tasks(std::string_view lines, const std::string& origin);

// Tasks of several agents, to be evaluated together; paths are relative to the suite's folder:
//   [{"domain": "orders", "agent": "orders/agent.yaml", "tasks": "orders/tasks.jsonl"}]
struct SuiteEntry {
  std::string domain;
  std::string agent;
  std::string tasks;
};
// kCorruptData: "origin: what".
Result<std::vector<SuiteEntry>> parse_suite(std::string_view text, const std::string& origin);

} // namespace outpost::agents
