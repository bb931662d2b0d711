// `plans:` of an agent file: typed templates of several steps. A plan is chosen and its parameters
// are filled as a tool's are; its steps are then the file's, and data goes from one to the next by
// reference, never through a model.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agents/spec/section.h"
#include "agents/spec/tool.h"

namespace outpost::agents {

// What a plan is made of, by kind of step: R reads, S sifts rows (filter, rank), W changes.
enum class PlanKind {
  kFetchThenAct,       // R.. W
  kSearchFilterRank,   // R S..
  kReadTransformWrite, // R.. S.. W
  kCompare,            // R R.. S
  kSchedule,           // R.. S.. W, the sifted being free times
};
std::string_view to_string(PlanKind kind);

// A row passes when its column is as said.
struct RowTest {
  enum class Is { kEqual, kAtLeast, kAtMost, kContaining };
  std::string column;
  Is is = Is::kEqual;
  std::string value; // a template, see PlanStep::with
};

struct PlanStep {
  std::string name; // what later steps call its rows
  // A call. Templates: {parameter} is the plan's, {step.column} of that step's first row. One that
  // is a single reference keeps the value's type.
  std::string tool;
  std::vector<std::pair<std::string, std::string>> with;
  // Or a sifting of the rows of steps before.
  std::vector<std::string> from;
  std::vector<RowTest> where;
  std::string by; // rank by this column; empty: order kept
  bool descending = false;
  std::size_t keep = 0; // the first so many; 0: all
  // Where it goes on when nothing is found or the tool refuses: a later step. Empty: the plan ends
  // with what was said.
  std::string otherwise;
};

struct Plan {
  Tool tool; // name, description, examples, parameters; its effect is that of the steps
  PlanKind kind = PlanKind::kFetchThenAct;
  std::vector<PlanStep> steps;
  std::string say; // a template over the last rows; empty: what the calls said
};

Status read_plans(const yaml::YamlNode& node, std::string_view origin, const ValueKinds& kinds,
                  std::vector<Plan>& into);

// Every step is of a tool at hand or of rows before it, the kind is kept to, every reference leads
// somewhere. Sets the effect of the plan. kInvalidArgument names plan and step.
Status check_plan(Plan& plan, const std::vector<Tool>& tools);

} // namespace outpost::agents
