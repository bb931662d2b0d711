// An agent whose hard steps may go to a larger model: when it finds nothing to do and is not sure
// of that, the part of the request goes up with the tools that came nearest. A suggested call is
// never made as it comes: it becomes the question that waits in the session, and goes through the
// run loop's validation, permissions, approvals and record when it is answered. A call that only
// reads, with values that stand in the request, is answered "yes" at once; any other the user
// answers.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "agents/escalation/escalation.h"
#include "agents/orchestrator/runner.h"

namespace outpost::agents {

// Belongs to one thread at a time, as the agent does.
class EscalatingRunner final : public Runner {
public:
  // `escalation` outlives this. `tools`: those of the agent.
  EscalatingRunner(std::unique_ptr<Runner> agent, Escalation& escalation, std::string name,
                   std::vector<Tool> tools)
      : agent_(std::move(agent)), escalation_(escalation), name_(std::move(name)),
        tools_(std::move(tools)) {}

  // What fails elsewhere is no failure here: the agent's own outcome stands then.
  Result<RunOutcome> run(Session& session, const std::string& request,
                         const RunOptions& options) override;

private:
  [[nodiscard]] const Tool* find(const std::string& name) const;
  [[nodiscard]] HardStep step_of(const ToolChosen& chosen, const RunOutcome& outcome,
                                 const RunOptions& options) const;
  Result<RunOutcome> take_up(const EscalatedAnswer& answer, Session& session,
                             const std::string& request, RunOutcome outcome,
                             const RunOptions& options);

  std::unique_ptr<Runner> agent_;
  Escalation& escalation_;
  std::string name_;
  std::vector<Tool> tools_;
};

} // namespace outpost::agents
