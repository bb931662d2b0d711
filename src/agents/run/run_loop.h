// One run, from the request to its end: plan (which tools), check (fill and ground the arguments),
// approve, call, observe, and so on with the next part, then answer. Owns what lives as long as a
// run: budget, journal, the wrappers around model and tools.
//
// A run is a function of what it took in, and all of that is in its journal. To go on after a
// restart it is done again from its beginning with the record for a model, tools and approvals,
// until the record ends; so there is no state to be saved, and none that could be saved wrongly.
//
// run_loop.cpp has the run from beginning to end, run_parts.cpp what a part of the request comes
// to, run_calls.cpp calls and plans.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "agents/agent.h"
#include "agents/call/grounding.h"
#include "agents/call/slot_filler.h"
#include "agents/run/budget.h"
#include "agents/run/journal.h"
#include "agents/run/metered_model.h"
#include "agents/run/part_answer.h"
#include "agents/run/plan_data.h"
#include "agents/run/recorded_model.h"
#include "agents/run/run_escalation.h"
#include "agents/run/run_models.h"
#include "agents/run/run_tools.h"
#include "agents/run/schema_calls.h"

namespace outpost::agents {

class RunLoop {
public:
  // All outlive this; run() is called once.
  RunLoop(Agent& agent, Session& session, const std::string& request, const RunOptions& options);
  // Before run(): it goes through this record first, and beyond it where it may.
  void go_through(const std::string& run_id, std::vector<StoredEvent> record, bool may_go_on);
  Result<RunOutcome> run();
  // The record was gone through and ended where the run was cut off.
  [[nodiscard]] bool is_through() const { return journal_.is_through(); }

private:
  Status begin();
  Status recall();
  Status answer();
  Result<std::vector<PlannedPart>> plan(const Text& text, const std::vector<Mention>& mentions);
  // Of tools that have only a schema: the calls of the request, or of `text` and one tool.
  Status answer_by_schemas();
  Result<PartAnswer> use_schema_tool(const Tool& tool, const std::string& text);
  Result<PartAnswer> perform(const SchemaCall& call);
  // What asks for several things, one of them a change, is not begun where one is never allowed:
  // the change would be left half done.
  [[nodiscard]] Status check_possible_parts(const std::vector<PlannedPart>& parts) const;
  Result<PartAnswer> perform(const Text& text, const std::vector<Mention>& mentions,
                             const PlannedPart& part, bool is_only_part);
  Result<PartAnswer> use_tool(const Tool& tool, const Text& text,
                              const std::vector<Mention>& mentions, const PlannedPart& part,
                              bool is_only_part);
  Result<FilledSlots> fill_slots(const Tool& tool, const Text& text,
                                 const std::vector<Mention>& mentions, const PlannedPart& part);
  // Its steps one after the other, each a step of the budget.
  Result<PartAnswer> follow(const Plan& plan, boost::json::object arguments,
                            const chat::Label& label);
  // Of the request and the last turns of the conversation.
  [[nodiscard]] chat::Label conversation_label() const;
  // A part that is not sure enough goes to the larger model, if there is one and it may; none: it
  // is for this agent. `nearest`: the likeliest tools first.
  Result<std::optional<PartAnswer>> escalate(const std::string& part, double probability,
                                             const std::vector<std::string>& nearest);
  [[nodiscard]] HardStep hard_step(const std::string& part, double probability,
                                   const std::vector<std::string>& nearest) const;
  [[nodiscard]] std::vector<std::string> names_by_likelihood(const PlannedPart& part) const;
  Result<bool> resume(const Text& text, const std::vector<Mention>& mentions);
  static std::optional<boost::json::value> value_asked_for(const PendingCall& pending,
                                                           const Tool& tool, const Text& text,
                                                           const std::vector<Mention>& mentions);
  [[nodiscard]] Status check_allowed(const Tool& tool, const boost::json::object& arguments) const;
  PartAnswer ask(const Tool& tool, boost::json::object arguments, const std::string& request,
                 MissingSlot missing);
  // A tool, or a plan of that name.
  [[nodiscard]] const Tool* find_choice(std::string_view name) const;
  // `label`: of what the arguments were made from.
  Result<ToolResult> make_call(const Tool& tool, boost::json::object arguments,
                               const std::string& request, const chat::Label& label);
  Result<PartAnswer> call_tool(const Tool& tool, boost::json::object arguments,
                               const std::string& request, const chat::Label& label);
  Status check_going();
  Result<RunOutcome> wait();
  Status stop(const Error& error);
  Status record_choice(const Text& text, const PlannedPart& part);
  Status record_arguments(const Tool& tool, const FilledSlots& filled);
  [[nodiscard]] std::string abilities() const;
  [[nodiscard]] PartAnswer no_tool() const;
  Result<RunOutcome> finish(Status status);

  Agent& agent_;
  Session& session_;
  const std::string& request_;
  const RunOptions& options_;
  Turn turn_;
  std::vector<PartAnswer> said_;
  chat::Label label_ = chat::user_label(); // of the request
  std::vector<Recalled::Item> recalled_;
  std::vector<RecalledValue> recalled_values_;
  std::uint32_t calls_ = 0;

  RunBudget budget_;
  RunJournal journal_;
  MeteredModel metered_;
  RecordedModel model_;
  RunModels models_;
  RunEscalation escalation_;
  RunTools tools_;
};

} // namespace outpost::agents
