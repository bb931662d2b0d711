// Escalation within a run: what the larger model said, or why it was not asked, is an event of the
// run, so that going through the run again asks nobody.
#pragma once
#include <optional>
#include <string>

#include "agents/escalation/escalation.h"
#include "agents/run/budget.h"
#include "agents/run/journal.h"

namespace outpost::agents {

class RunEscalation {
public:
  // All outlive this. `escalation` may be null: every step stays here.
  RunEscalation(Escalation* escalation, RunJournal& journal, RunBudget& budget)
      : escalation_(escalation), journal_(journal), budget_(budget) {}

  // What the larger model suggests; none when the step stays here or nothing came back, which is no
  // failure of the run. Errors: those of the journal.
  Result<std::optional<EscalatedAnswer>> ask(HardStep step, const CancelToken& cancel);

private:
  [[nodiscard]] std::optional<Escalated> ask_now(const HardStep& step, const CancelToken& cancel,
                                                 chat::Label& label);

  Escalation* escalation_;
  RunJournal& journal_;
  RunBudget& budget_;
};

// Whether every value stands in the request as it is, so that nothing was made up elsewhere.
bool stands_in(const std::string& request, const boost::json::object& arguments);

// "Do you mean: cancel order (id A-17)? Yes or no."
std::string question_about(const Tool& tool, const boost::json::object& arguments);

} // namespace outpost::agents
