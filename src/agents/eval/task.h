// Tasks that an agent is evaluated on: what a user says, and what must be true afterwards.
//
//   {"id": "cancel-1", "kind": "one call", "wordings": [["Cancel A-20417"], ["I don't want A-20417
//   any more"]],
//    "expect": "statement", "state": [{"sql": "SELECT status FROM orders WHERE id = 'A-20417'",
//    "is": "cancelled"}], "says": ["A-20417"], "never_says": ["refund"]}
//
// Each wording is a conversation of its own. "expect" names the kind of the last answer: statement,
// reply, question, no_tool, failure; several with "|" between them. Without "state" nothing in the
// database may change.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace outpost::agents {

struct StateCheck {
  std::string sql; // one value
  std::string is;  // as text; "" for NULL or no row
};

struct EvalTask {
  std::string id;
  std::string kind; // for the report: "one call", "missing argument", ...
  std::vector<std::vector<std::string>> wordings; // turns said
  std::vector<std::string> expect;
  std::vector<StateCheck> state;
  std::vector<std::string> says;       // in the last answer, whatever the case of letters
  std::vector<std::string> never_says; // in any answer
};

inline constexpr std::size_t kEvalTasksMax = 10'000;

// kCorruptData: "origin:line: what".
Result<std::vector<EvalTask>> parse_tasks(std::string_view lines, const std::string& origin);

} // namespace outpost::agents
