// Which of an agent's models does a run's steps: its own, until that is not sure enough of one and
// a larger one may be had, which then does this step again and those after it. Why, or why not, is
// an event of the run, and so is how each model weighs calls; going through the run again decides
// nothing anew.
#pragma once
#include <string>

#include "agents/agent.h"
#include "agents/run/journal.h"
#include "agents/run/metered_model.h"

namespace outpost::agents {

class RunModels {
public:
  // All outlive this. `below`: p(right) from which a step is done with.
  RunModels(const AgentParts& parts, double below, const chat::PrincipalId& principal,
            MeteredModel& metered, RunJournal& journal);

  // How the model of now calls tools that tell only a schema.
  [[nodiscard]] const CallingProfile& calling() const { return calling_; }

  // The same for an event; empty where no tool tells only a schema.
  [[nodiscard]] boost::json::object calling_json() const;
  // From now on as a recorded event says, and what it says. Records without it leave what is.
  Result<boost::json::object> call_as(const boost::json::object& body);

  // Whether to do the step again, with another model. Errors: those of the journal.
  Result<bool> step_up(const std::string& part, double probability);

private:
  [[nodiscard]] std::string why_not(const LargerModel& model);
  Status use(const LargerModel& model);

  const std::vector<LargerModel>& larger_;
  std::size_t next_ = 0; // of them
  CallingProfile calling_;
  bool has_schema_tools_;
  double below_;
  const chat::PrincipalId& principal_;
  MeteredModel& metered_;
  RunJournal& journal_;
};

} // namespace outpost::agents
