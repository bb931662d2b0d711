// An agent on the command line: one request, or a session of them. Steps go to standard error as
// they happen; every run is in the log that `outpost runs` shows.
#include <fmt/format.h>

#include "agents/agent.h"
#include "agents/spec/agent_spec.h"
#include "app/agents/open_agent.h"
#include "app/chat_model.h"
#include "app/run_log.h"
#include "base/clock.h"
#include "base/random.h"
#include "cli/json.h"
#include "cli/run/agent_printer.h"
#include "cli/run/bring_model.h"
#include "cli/run/line_editor.h"
#include "cli/run/run.h"

namespace outpost::cli {
namespace {

// What an outcome is as an error of the command, if it is one.
Status end_status(const agents::RunOutcome& outcome) {
  switch (outcome.end) {
  case agents::RunEnd::kDone: return {};
  case agents::RunEnd::kFailed:
    return fail(ErrorCode::kInternal, "the run failed", "outpost runs show " + outcome.run_id);
  case agents::RunEnd::kBudget:
    return fail(ErrorCode::kLimitExceeded, "the run used up its budget",
                "outpost runs show " + outcome.run_id);
  case agents::RunEnd::kCancelled: return fail(ErrorCode::kCancelled, "cancelled");
  }
  return {};
}

std::string outcome_json(const agents::RunOutcome& outcome) {
  JsonObject usage;
  usage.add("steps", outcome.usage.steps);
  usage.add("tool_calls", outcome.usage.tool_calls);
  usage.add("tokens", outcome.usage.tokens);
  usage.add("time_ms", outcome.usage.time.count());
  JsonObject object;
  object.add("run", outcome.run_id);
  object.add("end", to_string(outcome.end));
  object.add("kind", to_string(outcome.kind));
  object.add("text", outcome.text);
  object.add_raw("usage", usage.text());
  return object.text();
}

class AgentSession {
public:
  AgentSession(const Invocation& invocation, const RunOptions& options, agents::Agent& agent)
      : invocation_(invocation), options_(options), agent_(agent) {}

  Status say(const std::string& request) {
    const Streams& streams = invocation_.streams;
    agents::RunOptions run;
    run.cancel = invocation_.cancel.token();
    if (!options_.quiet) {
      run.observer = [&streams](const agents::RunEvent& event) {
        const std::string text = event_text(streams, event);
        if (!text.empty()) streams.err << text << "\n";
      };
    }
    OUTPOST_TRY(const agents::RunOutcome outcome, agent_.run(session_, request, run));
    if (options_.json) {
      streams.out << outcome_json(outcome) << "\n";
    } else if (!outcome.text.empty()) {
      streams.out << printable(outcome.text) << "\n" << std::flush;
    }
    return end_status(outcome);
  }

private:
  const Invocation& invocation_;
  const RunOptions& options_;
  agents::Agent& agent_;
  agents::Session session_;
};

Status converse(const Invocation& invocation, AgentSession& session) {
  LineEditor editor(invocation.streams, invocation.environment.state_folder / "history");
  invocation.streams.err << "/exit or Ctrl-D ends; Ctrl-C stops a run\n";
  while (const auto line = editor.read("> ")) {
    if (*line == "/exit" || *line == "/quit") break;
    if (line->find_first_not_of(" \t") == std::string::npos) continue;
    invocation.cancel.reset(); // a Ctrl-C at the prompt or in the last run is spent
    const Status said = session.say(*line);
    if (!said) invocation.streams.err << printable(said.error().message) << "\n";
  }
  return {};
}

} // namespace

Status run_agent(const Invocation& invocation, const RunOptions& options) {
  const bool interactive = options.prompt.empty() && invocation.streams.in_is_terminal;
  OUTPOST_TRY(agents::AgentSpec spec, agents::load_agent_file(options.target));
  std::string request;
  if (!interactive) {
    OUTPOST_TRY(request, one_shot_prompt(invocation, options));
    if (request.empty()) {
      return fail(ErrorCode::kInvalidArgument, "there is no request",
                  "give it on the command line or on standard input");
    }
  }
  const std::string model = options.model.empty() ? spec.model : options.model;
  OUTPOST_TRY(const auto path, bring_model(invocation, model));
  OUTPOST_TRY(const app::LocalModel local,
              app::open_local_model(path, model, {options.threads, options.context_tokens},
                                    invocation.environment));
  OUTPOST_TRY(agents::RunLog log, app::open_run_log(invocation.environment));
  SystemClock clock;
  OUTPOST_TRY(const app::OpenAgent open,
              app::open_agent(std::move(spec), {*local.model, log, clock,
                                                options.has_seed ? options.seed : random_seed()}));
  AgentSession session(invocation, options, *open.agent);
  return interactive ? converse(invocation, session) : session.say(request);
}

} // namespace outpost::cli
