// What the parts of a plan must be to each other; looked at once, when the agent is opened.
#include <algorithm>

#include "agents/spec/plans_section.h"

namespace outpost::agents {
namespace {

tl::unexpected<Error> mistake(const Plan& plan, const PlanStep& step, const std::string& what) {
  return fail(ErrorCode::kInvalidArgument,
              "plan '" + plan.tool.name + "', step '" + step.name + "': " + what);
}

// The steps as a word over R (reads), S (sifts), W (changes).
bool keeps_to(PlanKind kind, const std::string& word) {
  const auto count = [&word](char letter) { return std::count(word.begin(), word.end(), letter); };
  const bool reads_first = word.starts_with('R');
  const bool changes_last = count('W') == 1 && word.ends_with('W');
  switch (kind) {
  case PlanKind::kFetchThenAct: return reads_first && changes_last && count('S') == 0;
  case PlanKind::kSearchFilterRank: return reads_first && count('W') == 0 && count('S') >= 1;
  case PlanKind::kReadTransformWrite:
  case PlanKind::kSchedule: return reads_first && changes_last && count('S') >= 1;
  case PlanKind::kCompare: return count('R') >= 2 && count('W') == 0 && word.ends_with('S');
  }
  return false;
}

const PlanStep* find_step(const Plan& plan, const std::string& name) {
  const auto at = std::find_if(plan.steps.begin(), plan.steps.end(),
                               [&name](const PlanStep& step) { return step.name == name; });
  return at == plan.steps.end() ? nullptr : &*at;
}

Status check_places(const Plan& plan, const PlanStep& step) {
  if (find_step(plan, step.name) != &step) return mistake(plan, step, "the name is there twice");
  for (const std::string& source : step.from) {
    const PlanStep* before = find_step(plan, source);
    if (before == nullptr || before >= &step) {
      return mistake(plan, step, "there is no step '" + source + "' before it");
    }
  }
  if (step.otherwise.empty()) return {};
  const PlanStep* after = find_step(plan, step.otherwise);
  if (after != nullptr && after > &step) return {};
  return mistake(plan, step, "there is no step '" + step.otherwise + "' after it");
}

} // namespace

Status check_plan(Plan& plan, const std::vector<Tool>& tools) {
  std::string word;
  plan.tool.effect = Effect::kRead;
  for (const PlanStep& step : plan.steps) {
    OUTPOST_CHECK(check_places(plan, step));
    if (step.tool.empty()) {
      word += 'S';
      continue;
    }
    const auto tool = std::find_if(tools.begin(), tools.end(),
                                   [&step](const Tool& one) { return one.name == step.tool; });
    if (tool == tools.end()) return mistake(plan, step, "there is no tool '" + step.tool + "'");
    word += tool->effect == Effect::kRead ? 'R' : 'W';
    plan.tool.effect = std::max(plan.tool.effect, tool->effect);
  }
  if (keeps_to(plan.kind, word)) return {};
  return fail(ErrorCode::kInvalidArgument, "plan '" + plan.tool.name + "' has the steps " + word +
                                               " (R reads, S sifts, W changes), which is no " +
                                               std::string(to_string(plan.kind)));
}

} // namespace outpost::agents
