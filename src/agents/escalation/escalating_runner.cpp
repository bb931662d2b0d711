#include "agents/escalation/escalating_runner.h"

#include <algorithm>

#include "agents/call/words.h"
#include "agents/tools/answer_template.h"
#include "agents/tools/argument_schema.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kToolsShown = 5;

std::string readable(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

// Whether every value stands in the request as it is, so that nothing was made up elsewhere.
bool stands_in(const std::string& request, const boost::json::object& arguments) {
  const std::string said = lower_case(with_plain_signs(request));
  return std::all_of(arguments.begin(), arguments.end(), [&](const auto& argument) {
    const std::string value = lower_case(plain_text(argument.value()));
    return !value.empty() && said.find(value) != std::string::npos;
  });
}

std::string question(const Tool& tool, const boost::json::object& arguments) {
  std::string text = "Do you mean: " + readable(tool.name);
  for (const auto& argument : arguments) {
    text += (argument.key() == arguments.begin()->key() ? " (" : ", ") +
            std::string(argument.key()) + " " + plain_text(argument.value());
  }
  return text + (arguments.empty() ? "" : ")") + "? Yes or no.";
}

} // namespace

const Tool* EscalatingRunner::find(const std::string& name) const {
  const auto found = std::find_if(tools_.begin(), tools_.end(),
                                  [&](const Tool& tool) { return tool.name == name; });
  return found == tools_.end() ? nullptr : &*found;
}

// The tools that came nearest, then the others as there is room: an agent has few.
HardStep EscalatingRunner::step_of(const ToolChosen& chosen, const RunOutcome& outcome,
                                   const RunOptions& options) const {
  HardStep step;
  step.run_id = outcome.run_id;
  step.agent = name_;
  step.principal = options.principal;
  step.request = {chosen.part, chat::user_label()};
  for (const ToolChosen::Option& option : chosen.options) {
    if (option.name == "none" && chosen.chosen == "none") step.probability = option.probability;
    if (const Tool* tool = find(option.name)) step.tools.push_back(*tool);
  }
  for (const Tool& tool : tools_) {
    const bool listed = std::any_of(step.tools.begin(), step.tools.end(),
                                    [&](const Tool& other) { return other.name == tool.name; });
    if (!listed && step.tools.size() < kToolsShown) step.tools.push_back(tool);
  }
  return step;
}

Result<RunOutcome> EscalatingRunner::take_up(const EscalatedAnswer& answer, Session& session,
                                             const std::string& request, RunOutcome outcome,
                                             const RunOptions& options) {
  const Tool* tool = answer.call ? find(answer.call->tool) : nullptr;
  if (tool == nullptr || !check_arguments(*tool, answer.call->arguments)) return outcome;
  const boost::json::object& arguments = answer.call->arguments;
  session.pending = PendingCall{{"", tool->name, arguments}, request, {}, {}};
  if (tool->effect == Effect::kRead && stands_in(request, arguments)) {
    OUTPOST_TRY(RunOutcome done, agent_->run(session, "yes", options));
    done.usage.tokens += outcome.usage.tokens;
    done.usage.time += outcome.usage.time;
    return done;
  }
  outcome.kind = AnswerKind::kQuestion;
  outcome.text = question(*tool, arguments);
  if (!session.turns.empty()) session.turns.back().answer = outcome.text;
  return outcome;
}

Result<RunOutcome> EscalatingRunner::run(Session& session, const std::string& request,
                                         const RunOptions& options) {
  std::vector<ToolChosen> chosen;
  RunOptions watched = options;
  watched.observer = [&](const RunEvent& event) {
    if (const auto* one = std::get_if<ToolChosen>(&event.body)) chosen.push_back(*one);
    if (options.observer) options.observer(event);
  };
  OUTPOST_TRY(RunOutcome outcome, agent_->run(session, request, watched));
  const bool found_nothing = outcome.end == RunEnd::kDone && outcome.kind == AnswerKind::kNoTool;
  if (!found_nothing || chosen.size() != 1) return outcome;
  const HardStep step = step_of(chosen.front(), outcome, options);
  if (escalation_.keeps_local(step)) return outcome;
  const auto answer = escalation_.ask(step, options.cancel);
  if (!answer) return outcome;
  return take_up(*answer, session, request, std::move(outcome), options);
}

} // namespace outpost::agents
