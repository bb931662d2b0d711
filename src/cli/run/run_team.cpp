// A team of agents on the command line, or one that reaches beyond this machine: one request, or a
// session of them.
#include <fmt/format.h>

#include "app/accounts.h"
#include "app/agents/open_runner.h"
#include "app/run_log.h"
#include "base/clock.h"
#include "base/random.h"
#include "cli/json.h"
#include "cli/run/agent_printer.h"
#include "cli/run/converse.h"
#include "cli/run/local_models.h"

namespace outpost::cli {
namespace {

Status say(const Invocation& invocation, const RunOptions& options, agents::Runner& team,
           agents::Session& session, const std::string& request) {
  const Streams& streams = invocation.streams;
  agents::RunOptions run;
  run.cancel = invocation.cancel.token();
  if (!options.quiet) {
    run.observer = print_events(streams);
  }
  OUTPOST_TRY(const agents::RunOutcome outcome, team.run(session, request, run));
  if (options.json) {
    JsonObject object;
    object.add("run", outcome.run_id);
    object.add("end", to_string(outcome.end));
    object.add("kind", to_string(outcome.kind));
    object.add("text", outcome.text);
    object.add("tokens", outcome.usage.tokens);
    streams.out << object.text() << "\n";
  } else {
    streams.out << printable(outcome.text) << "\n" << std::flush;
  }
  if (outcome.end == agents::RunEnd::kDone) return {};
  return fail(outcome.end == agents::RunEnd::kCancelled ? ErrorCode::kCancelled
                                                        : ErrorCode::kInternal,
              "the run ended as " + std::string(to_string(outcome.end)),
              "outpost runs show " + outcome.run_id);
}

} // namespace

Status run_team(const Invocation& invocation, const RunOptions& options) {
  const bool interactive = options.prompt.empty() && invocation.streams.in_is_terminal;
  std::string request;
  if (!interactive) {
    OUTPOST_TRY(request, given_request(invocation, options));
  }
  SystemClock clock;
  OUTPOST_TRY(agents::RunLog log, app::open_run_log(invocation.environment));
  OUTPOST_TRY(agents::Ledger ledger, app::open_ledger(invocation.environment, clock));
  OUTPOST_TRY(agents::Outbox outbox, app::open_outbox(invocation.environment, clock));
  LocalModels models(invocation, options.model, {options.threads, options.context_tokens});
  OUTPOST_TRY(const auto team,
              app::open_runner(options.target,
                               {[&models](const std::string& name) { return models.named(name); },
                                log,
                                clock,
                                options.has_seed ? options.seed : random_seed(),
                                nullptr,
                                {&ledger, &outbox},
                                invocation.environment.data_folder}));
  agents::Session session;
  if (!interactive) return say(invocation, options, *team, session, request);
  return converse(invocation, [&](const std::string& line) {
    return say(invocation, options, *team, session, line);
  });
}

} // namespace outpost::cli
