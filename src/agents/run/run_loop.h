// One run, from the request to its end. Owns what lives as long as a run: budget, journal, the
// wrappers around the tools.
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
#include "agents/tools/budget_toolset.h"
#include "agents/tools/labelling_toolset.h"
#include "agents/tools/loop_guard_toolset.h"
#include "agents/tools/recording_toolset.h"
#include "agents/tools/validating_toolset.h"

namespace outpost::agents {

class RunLoop {
public:
  // All outlive this; run() is called once.
  RunLoop(Agent& agent, Session& session, const std::string& request, const RunOptions& options);
  Result<RunOutcome> run();

private:
  // What one part of a request led to.
  struct Said {
    AnswerKind kind = AnswerKind::kStatement;
    std::string text;
    chat::Label label;
  };
  Status answer();
  Result<Said> perform(const Text& text, const std::vector<Mention>& mentions,
                       const PlannedPart& part, bool is_only_part);
  Result<Said> use_tool(const Tool& tool, const Text& text, const std::vector<Mention>& mentions,
                        const PlannedPart& part, bool is_only_part);
  Result<FilledSlots> fill_slots(const Tool& tool, const Text& text,
                                 const std::vector<Mention>& mentions, const PlannedPart& part);
  Result<bool> resume(const Text& text, const std::vector<Mention>& mentions);
  static std::optional<boost::json::value> value_asked_for(const PendingCall& pending,
                                                           const Tool& tool, const Text& text,
                                                           const std::vector<Mention>& mentions);
  Said ask(const Tool& tool, boost::json::object arguments, const std::string& request,
           MissingSlot missing);
  Result<Said> call_tool(const Tool& tool, boost::json::object arguments,
                         const std::string& request);
  Status check_going();
  Status record_choice(const Text& text, const PlannedPart& part);
  Status record_arguments(const Tool& tool, const FilledSlots& filled);
  [[nodiscard]] std::string abilities() const;
  [[nodiscard]] Said join_said() const;
  Result<RunOutcome> finish(const Status& status);

  Agent& agent_;
  Session& session_;
  const std::string& request_;
  const RunOptions& options_;
  Turn turn_;
  std::vector<Said> said_;
  std::uint32_t calls_ = 0;

  RunBudget budget_;
  RunJournal journal_;
  MeteredModel model_;
  // Innermost first: a call goes through them from the last to the first.
  LabellingToolset labelled_;
  RecordingToolset recorded_;
  BudgetToolset budgeted_;
  LoopGuardToolset guarded_;
  ValidatingToolset tools_;
};

} // namespace outpost::agents
