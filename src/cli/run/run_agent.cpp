// An agent or a team on the command line: one request, or a session of them. Steps go to standard
// error as they happen; every run is in the log that `outpost runs` shows.
#include "agents/runner.h"
#include "app/agents/open_runner.h"
#include "base/random.h"
#include "cli/run/agent_place.h"
#include "cli/run/agent_printer.h"
#include "cli/run/converse.h"

namespace outpost::cli {
namespace {

Status say(const Invocation& invocation, const RunOptions& options, agents::Runner& runner,
           agents::Session& session, const std::string& request) {
  agents::RunOptions run;
  run.cancel = invocation.cancel.token();
  if (!options.quiet) run.observer = print_events(invocation.streams);
  OUTPOST_TRY(const agents::RunOutcome outcome, runner.run(session, request, run));
  return print_outcome(invocation.streams, outcome, options.json);
}

} // namespace

Status run_agent(const Invocation& invocation, const RunOptions& options) {
  const bool interactive = options.prompt.empty() && invocation.streams.in_is_terminal;
  std::string request;
  if (!interactive) {
    OUTPOST_TRY(request, given_request(invocation, options));
  }
  const std::uint64_t seed = options.has_seed ? options.seed : random_seed();
  OUTPOST_TRY(const auto place, AgentPlace::open(invocation, {options.model, options.threads,
                                                              options.context_tokens, seed, true}));
  OUTPOST_TRY(const auto open, app::open_runner(options.target, place->surroundings()));
  agents::Session session;
  if (!interactive) return say(invocation, options, *open.runner, session, request);
  return converse(invocation, [&](const std::string& line) {
    return say(invocation, options, *open.runner, session, line);
  });
}

} // namespace outpost::cli
