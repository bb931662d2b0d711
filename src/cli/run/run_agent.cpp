// An agent on the command line: one request, or a session of them. Steps go to standard error as
// they happen; every run is in the log that `outpost runs` shows.
#include "agents/agent.h"
#include "agents/spec/agent_spec.h"
#include "base/random.h"
#include "cli/run/agent_place.h"
#include "cli/run/agent_printer.h"
#include "cli/run/converse.h"

namespace outpost::cli {
namespace {

class AgentSession {
public:
  AgentSession(const Invocation& invocation, const RunOptions& options, agents::Agent& agent)
      : invocation_(invocation), options_(options), agent_(agent) {}

  Status say(const std::string& request) {
    const Streams& streams = invocation_.streams;
    agents::RunOptions run;
    run.cancel = invocation_.cancel.token();
    if (!options_.quiet) {
      run.observer = print_events(streams);
    }
    OUTPOST_TRY(const agents::RunOutcome outcome, agent_.run(session_, request, run));
    return print_outcome(streams, outcome, options_.json);
  }

private:
  const Invocation& invocation_;
  const RunOptions& options_;
  agents::Agent& agent_;
  agents::Session session_;
};

} // namespace

Status run_agent(const Invocation& invocation, const RunOptions& options) {
  const bool interactive = options.prompt.empty() && invocation.streams.in_is_terminal;
  OUTPOST_TRY(agents::AgentSpec spec, agents::load_agent_file(options.target));
  std::string request;
  if (!interactive) {
    OUTPOST_TRY(request, given_request(invocation, options));
  }
  OUTPOST_TRY(const auto place,
              AgentPlace::open(invocation, std::move(spec),
                               {options.model, options.threads, options.context_tokens,
                                options.has_seed ? options.seed : random_seed(), true}));
  AgentSession session(invocation, options, place->agent());
  if (!interactive) return session.say(request);
  return converse(invocation, [&](const std::string& line) { return session.say(line); });
}

} // namespace outpost::cli
