#include "agents/agent.h"

#include <utility>

#include "agents/ledger/run_entry.h"
#include "agents/run/run_loop.h"

namespace outpost::agents {

Agent::Agent(AgentSpec spec, const AgentParts& parts)
    : spec_(std::move(spec)), parts_(parts), random_(parts.seed) {}

Result<std::unique_ptr<Agent>> Agent::open(AgentSpec spec, const AgentParts& parts) {
  std::unique_ptr<Agent> agent(new Agent(std::move(spec), parts));
  OUTPOST_CHECK(agent->read_known_values());
  const RequestPlanner::Settings settings{
      parts.use_likelihood ? likelihood_weights() : word_weights(), parts.use_likelihood};
  agent->planner_ = std::make_unique<RequestPlanner>(parts.tools.tools(), agent->spec_.replies,
                                                     agent->recognisers_, settings);
  return agent;
}

// Products come and go: what lookups list is read again for each run.
Status Agent::read_known_values() {
  Recognisers fresh;
  for (const Tool& tool : parts_.tools.tools()) {
    for (const Parameter& parameter : tool.parameters) {
      OUTPOST_TRY(const auto known, parts_.tools.known_values(parameter.kind));
      OUTPOST_CHECK(fresh.add(parameter.kind, known));
    }
  }
  recognisers_ = std::move(fresh);
  return {};
}

Result<RunOutcome> Agent::run(Session& session, const std::string& request,
                              const RunOptions& options) {
  OUTPOST_CHECK(read_known_values());
  auto outcome = RunLoop(*this, session, request, options).run();
  if (outcome && parts_.ledger != nullptr) {
    OUTPOST_CHECK(parts_.ledger->book(entry_of_run(spec_, parts_.tools.tools(), outcome->run_id,
                                                   options.principal.value, request, outcome->text,
                                                   outcome->usage)));
  }
  return outcome;
}

} // namespace outpost::agents
