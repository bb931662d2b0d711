// One run, from the request to its end: plan (which tools), check (fill and ground the arguments),
// approve, call, observe, and so on with the next part, then answer. Owns what lives as long as a
// run: budget, journal, the wrappers around model and tools.
//
// A run is a function of what it took in, and all of that is in its journal. To go on after a
// restart it is done again from its beginning with the record for a model, tools and approvals,
// until the record ends; so there is no state to be saved, and none that could be saved wrongly.
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
#include "agents/run/plan_data.h"
#include "agents/run/recorded_model.h"
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
  // What one part of a request led to.
  struct Said {
    AnswerKind kind = AnswerKind::kStatement;
    std::string text;
    chat::Label label;
  };
  Status begin();
  Status answer();
  Result<std::vector<PlannedPart>> plan(const Text& text, const std::vector<Mention>& mentions);
  // Of tools that have only a schema: the calls of the request, or of `text` and one tool.
  Status answer_by_schemas();
  Result<Said> use_schema_tool(const Tool& tool, const std::string& text);
  Result<Said> perform(const SchemaCall& call);
  Result<Said> perform(const Text& text, const std::vector<Mention>& mentions,
                       const PlannedPart& part, bool is_only_part);
  Result<Said> use_tool(const Tool& tool, const Text& text, const std::vector<Mention>& mentions,
                        const PlannedPart& part, bool is_only_part);
  Result<FilledSlots> fill_slots(const Tool& tool, const Text& text,
                                 const std::vector<Mention>& mentions, const PlannedPart& part);
  // Its steps one after the other, each a step of the budget.
  Result<Said> follow(const Plan& plan, boost::json::object arguments);
  Result<bool> resume(const Text& text, const std::vector<Mention>& mentions);
  static std::optional<boost::json::value> value_asked_for(const PendingCall& pending,
                                                           const Tool& tool, const Text& text,
                                                           const std::vector<Mention>& mentions);
  Said ask(const Tool& tool, boost::json::object arguments, const std::string& request,
           MissingSlot missing);
  // A tool, or a plan of that name.
  [[nodiscard]] const Tool* find_choice(std::string_view name) const;
  Result<ToolResult> make_call(const Tool& tool, boost::json::object arguments,
                               const std::string& request);
  Result<Said> call_tool(const Tool& tool, boost::json::object arguments,
                         const std::string& request);
  Status check_going();
  Result<RunOutcome> wait();
  Status stop(const Error& error);
  Status record_choice(const Text& text, const PlannedPart& part);
  Status record_arguments(const Tool& tool, const FilledSlots& filled);
  [[nodiscard]] std::string abilities() const;
  [[nodiscard]] Said no_tool() const;
  [[nodiscard]] Said join_said() const;
  Result<RunOutcome> finish(Status status);

  Agent& agent_;
  Session& session_;
  const std::string& request_;
  const RunOptions& options_;
  Turn turn_;
  std::vector<Said> said_;
  std::uint32_t calls_ = 0;

  RunBudget budget_;
  RunJournal journal_;
  MeteredModel metered_;
  RecordedModel model_;
  RunTools tools_;
};

} // namespace outpost::agents
