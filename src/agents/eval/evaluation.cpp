#include "agents/eval/evaluation.h"

#include <algorithm>
#include <utility>

#include "agents/call/words.h"
#include "agents/eval/sandbox.h"
#include "agents/eval/stand_ins.h"

namespace outpost::agents {
namespace {

bool says(const std::string& text, const std::string& words) {
  return lower_case(text).find(lower_case(words)) != std::string::npos;
}

void add_usage(RunUsage& sum, const RunUsage& one) {
  sum.steps += one.steps;
  sum.tool_calls += one.tool_calls;
  sum.tokens += one.tokens;
  sum.time += one.time;
}

// What a wording came to, to be held against its task.
struct Conversation {
  RunOutcome last;
  std::string everything_said;
  bool changed = false; // something in the sandbox
  std::size_t escalations = 0;
};

// Empty when the sandbox holds what it should.
Result<std::string> find_wrong_state(const EvalTask& task, const Sandbox& sandbox, bool changed) {
  for (const StateCheck& check : task.state) {
    if (check.file.empty()) {
      OUTPOST_TRY(const std::string value, sandbox.value_of(check.sql));
      if (value == check.is) continue;
      return "state: '" + value + "' instead of '" + check.is + "' by " + check.sql;
    }
    OUTPOST_TRY(const std::string text, sandbox.text_of(check.file));
    if (text.find(check.has) != std::string::npos) continue;
    return "state: '" + check.has + "' is not in " + check.file;
  }
  return std::string(task.state.empty() && changed ? "something was changed" : "");
}

// The first thing that is not as the task wants it; empty when all is.
std::string find_wrong_words(const EvalTask& task, const Conversation& had) {
  const std::string kind(had.last.end == RunEnd::kWaiting ? "waiting" : to_string(had.last.kind));
  if (std::find(task.expect.begin(), task.expect.end(), kind) == task.expect.end()) {
    return "the answer is a " + kind;
  }
  for (const std::string& words : task.says) {
    if (!says(had.last.text, words)) return "the answer lacks '" + words + "'";
  }
  for (const std::string& words : task.never_says) {
    if (says(had.everything_said, words)) return "'" + words + "' was said";
  }
  if (task.escalates && *task.escalates != (had.escalations > 0)) {
    return *task.escalates ? "nothing went to the larger model" : "a step went to the larger model";
  }
  return {};
}

Result<TaskResult> run_wording(const AgentSpec& spec, const EvalTask& task, std::size_t wording,
                               const OpenAgentFor& open, const std::filesystem::path& scratch) {
  OUTPOST_TRY(const auto sandbox, Sandbox::make(spec, scratch));
  OUTPOST_CHECK(sandbox->execute(task.prepare));
  LargerModelStandIn larger(spec.escalation ? spec.escalation->below : 0, task.larger);
  const EvalSetting setting{sandbox->spec(), sandbox->data_folder(), task,
                            spec.escalation ? &larger : nullptr};
  if (!task.earlier.empty()) {
    OUTPOST_TRY(const AskAgent ask, open(setting));
    Session before;
    for (const std::string& turn : task.earlier) OUTPOST_CHECK(ask(before, turn));
  }
  const std::size_t asked_before = larger.asked();
  OUTPOST_TRY(const std::uint64_t before, sandbox->fingerprint());
  TaskResult result{task.id, wording, task.kind, task.domain.empty() ? spec.name : task.domain};
  Conversation had;
  {
    OUTPOST_TRY(const AskAgent ask, open(setting));
    Session session;
    for (const std::string& turn : task.wordings[wording]) {
      OUTPOST_TRY(had.last, ask(session, turn));
      had.everything_said += had.last.text + "\n";
      add_usage(result.usage, had.last.usage);
    }
  }
  OUTPOST_TRY(const std::uint64_t after, sandbox->fingerprint());
  had.changed = before != after;
  had.escalations = larger.asked() - asked_before;
  result.answer = had.last.text;
  OUTPOST_TRY(result.problem, find_wrong_state(task, *sandbox, had.changed));
  // Nothing done where something was due is no effect, let alone a wrong one.
  result.wrong_effect = had.changed && !result.problem.empty();
  if (result.problem.empty()) result.problem = find_wrong_words(task, had);
  result.completed = result.problem.empty();
  return result;
}

} // namespace

Result<EvalReport> evaluate(const AgentSpec& spec, const std::vector<EvalTask>& tasks,
                            const OpenAgentFor& open, const std::filesystem::path& scratch,
                            const CancelToken& cancel) {
  EvalReport report;
  for (const EvalTask& task : tasks) {
    for (std::size_t wording = 0; wording < task.wordings.size(); ++wording) {
      if (cancel.cancelled()) return fail(ErrorCode::kCancelled, "the evaluation was cancelled");
      OUTPOST_TRY(TaskResult result, run_wording(spec, task, wording, open, scratch));
      report.results.push_back(std::move(result));
    }
  }
  return report;
}

} // namespace outpost::agents
