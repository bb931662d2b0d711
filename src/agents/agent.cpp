#include "agents/agent.h"

#include <utility>

#include "agents/run/run_loop.h"

namespace outpost::agents {

Agent::Agent(AgentSpec spec, std::unique_ptr<SqlToolset> tools, chat::ChatModel& model, RunLog& log,
             Clock& clock, std::uint64_t seed)
    : spec_(std::move(spec)), tools_(std::move(tools)), model_(model), log_(log), clock_(clock),
      random_(seed) {}

Result<std::unique_ptr<Agent>> Agent::open(AgentSpec spec, chat::ChatModel& model, RunLog& log,
                                           Clock& clock, std::uint64_t seed, bool use_likelihood) {
  OUTPOST_TRY(auto tools, SqlToolset::open(spec));
  std::unique_ptr<Agent> agent(
      new Agent(std::move(spec), std::move(tools), model, log, clock, seed));
  agent->use_likelihood_ = use_likelihood;
  OUTPOST_CHECK(agent->read_known_values());
  const RequestPlanner::Settings settings{use_likelihood ? likelihood_weights() : word_weights(),
                                          use_likelihood};
  agent->planner_ = std::make_unique<RequestPlanner>(agent->tools_->tools(), agent->spec_.replies,
                                                     agent->recognisers_, settings);
  return agent;
}

// Products come and go: what lookups list is read again for each run.
Status Agent::read_known_values() {
  Recognisers fresh;
  for (const Tool& tool : tools_->tools()) {
    for (const Parameter& parameter : tool.parameters) {
      OUTPOST_TRY(const auto known, tools_->known_values(parameter.kind));
      OUTPOST_CHECK(fresh.add(parameter.kind, known));
    }
  }
  recognisers_ = std::move(fresh);
  return {};
}

Result<RunOutcome> Agent::run(Session& session, const std::string& request,
                              const RunOptions& options) {
  OUTPOST_CHECK(read_known_values());
  return RunLoop(*this, session, request, options).run();
}

} // namespace outpost::agents
