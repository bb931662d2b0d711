// RunLoop: calls and plans. Whoever decided on a call, it is made here.
#include <algorithm>
#include <utility>

#include "agents/run/run_loop.h"
#include "agents/tools/answer_template.h"

namespace outpost::agents {

const Tool* RunLoop::find_choice(std::string_view name) const {
  const auto at = std::find_if(agent_.choices_.begin(), agent_.choices_.end(),
                               [name](const Tool& tool) { return tool.name == name; });
  return at == agent_.choices_.end() ? nullptr : &*at;
}

Result<ToolResult> RunLoop::make_call(const Tool& tool, boost::json::object arguments,
                                      const std::string& request, const chat::Label& label) {
  OUTPOST_CHECK(check_going());
  const Call call{"c" + std::to_string(++calls_), tool.name, std::move(arguments)};
  OUTPOST_TRY(
      ToolResult result,
      tools_.call(call, CallContext{options_.principal, request, options_.cancel, {}, label}));
  turn_.tool = tool.name;
  for (const auto& [name, value] : call.arguments) {
    const Parameter* parameter = find_parameter(tool, name);
    turn_.values.push_back(
        {parameter == nullptr ? std::string(name) : parameter->kind.name, value});
  }
  if (result.statement.empty()) result.statement = plain_text(result.content);
  return result;
}

Result<PartAnswer> RunLoop::call_tool(const Tool& tool, boost::json::object arguments,
                                      const std::string& request, const chat::Label& label) {
  for (const Plan& plan : agent_.spec_.plans) {
    if (plan.tool.name == tool.name) return follow(plan, std::move(arguments), label);
  }
  OUTPOST_TRY(const ToolResult result, make_call(tool, std::move(arguments), request, label));
  return PartAnswer{AnswerKind::kStatement, result.statement, result.label};
}

Result<PartAnswer> RunLoop::follow(const Plan& plan, boost::json::object arguments,
                                   const chat::Label& label) {
  PlanData data(std::move(arguments));
  PartAnswer said{AnswerKind::kStatement, {}, chat::operator_label()};
  for (std::size_t at = 0; at < plan.steps.size();) {
    const PlanStep& step = plan.steps[at++];
    bool found = true;
    if (step.tool.empty()) {
      data.sift(step);
      found = !data.is_empty(step.name);
      if (!found) said.text = "Nothing of that kind was found.";
    } else {
      OUTPOST_CHECK(budget_.take_step());
      boost::json::object with;
      for (const auto& [name, text] : step.with) {
        if (boost::json::value value = data.fill(text); !value.is_null()) with[name] = value;
      }
      const Tool* tool = find_tool(tools_, step.tool);
      OUTPOST_TRY(const ToolResult result,
                  make_call(*tool, std::move(with), request_, chat::join(label, data.label())));
      data.keep(step.name, result.content, result.label);
      found = result.outcome == ToolResult::Outcome::kDone;
      said.text = result.statement;
    }
    said.label = chat::join(said.label, data.label());
    if (found) continue;
    if (step.otherwise.empty()) return said;
    const auto next = std::find_if(plan.steps.begin(), plan.steps.end(),
                                   [&](const PlanStep& one) { return one.name == step.otherwise; });
    at = static_cast<std::size_t>(next - plan.steps.begin());
  }
  if (!plan.say.empty()) said.text = plain_text(data.fill(plan.say));
  return said;
}

} // namespace outpost::agents
