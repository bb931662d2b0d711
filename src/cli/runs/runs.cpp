#include "cli/runs/runs.h"

#include <fmt/format.h>

#include "app/run_log.h"
#include "base/random.h"
#include "cli/json.h"
#include "cli/run/agent_place.h"
#include "cli/run/agent_printer.h"
#include "cli/times.h"

namespace outpost::cli {
namespace {

struct Options {
  std::string id;
  std::string model; // resume: another than the agent file names
  std::size_t most = 20;
  bool json = false;
};

std::string summary_json(const agents::RunSummary& run) {
  JsonObject object;
  object.add("id", run.id);
  object.add("agent", run.agent);
  object.add("principal", run.principal);
  object.add("request", run.request);
  object.add("started_ms", run.started_ms);
  object.add("state", run.state);
  object.add("answer", run.answer);
  object.add("calls", run.calls);
  object.add("unknown_calls", run.unknown_calls);
  return object.text();
}

Status list(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(agents::RunLog log, app::open_run_log(invocation.environment));
  OUTPOST_TRY(const auto runs, log.list(options.most));
  const Streams& streams = invocation.streams;
  if (options.json) {
    JsonLines array;
    for (const auto& run : runs) array.add(summary_json(run));
    streams.out << array.text() << "\n";
    return {};
  }
  for (const auto& run : runs) {
    streams.out << fmt::format("{:<14} {}  {:<10} {:<14} {}\n", run.id, time_text(run.started_ms),
                               run.state, printable(run.agent), printable(run.request));
    if (run.unknown_calls != 0) {
      streams.out << fmt::format("{:14} {} call(s) whose outcome is unknown\n", "",
                                 run.unknown_calls);
    }
  }
  if (runs.empty()) streams.err << "no agent has run yet\n";
  return {};
}

Status show(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(agents::RunLog log, app::open_run_log(invocation.environment));
  OUTPOST_TRY(const auto events, log.show(options.id));
  const Streams& streams = invocation.streams;
  JsonLines array;
  for (const auto& event : events) {
    if (options.json) {
      JsonObject object;
      object.add("sequence", event.sequence);
      object.add("time_ms", event.time_ms);
      object.add("kind", event.kind);
      object.add_raw("body", event.body);
      object.add_raw("label", event.label.empty() ? "null" : event.label);
      array.add(object.text());
    } else {
      streams.out << fmt::format("{:>3}  {}  {:<10} {}\n", event.sequence, time_text(event.time_ms),
                                 event.kind, printable(event.body));
    }
  }
  if (options.json) streams.out << array.text() << "\n";
  return {};
}

Status resume(const Invocation& invocation, const Options& options) {
  AgentPlaceOptions place_options;
  place_options.model = options.model;
  place_options.seed = random_seed();
  OUTPOST_TRY(const auto place, AgentPlace::open(invocation, place_options));
  OUTPOST_TRY(const auto agent, place->agent_of_run(options.id));
  agents::RunOptions run;
  run.cancel = invocation.cancel.token();
  run.observer = print_events(invocation.streams);
  OUTPOST_TRY(const auto outcome, agent->resume(options.id, run));
  return print_outcome(invocation.streams, outcome, options.json);
}

// A run that nobody works on is ended by going on with it, cancelled.
Status cancel(const Invocation& invocation, const Options& options) {
  AgentPlaceOptions place_options;
  place_options.loads_models = false;
  OUTPOST_TRY(const auto place, AgentPlace::open(invocation, place_options));
  OUTPOST_TRY(const auto agent, place->agent_of_run(options.id));
  CancelSource cancelled;
  cancelled.cancel();
  OUTPOST_TRY(const auto outcome, agent->resume(options.id, {{}, cancelled.token(), {}}));
  invocation.streams.out << outcome.run_id << " " << to_string(outcome.end) << "\n";
  return {};
}

Status replay(const Invocation& invocation, const Options& options) {
  AgentPlaceOptions place_options;
  place_options.loads_models = false;
  OUTPOST_TRY(const auto place, AgentPlace::open(invocation, place_options));
  OUTPOST_TRY(const auto agent, place->agent_of_run(options.id));
  OUTPOST_TRY(const agents::ReplayReport report, agent->replay(options.id));
  if (!report.is_same) return fail(ErrorCode::kConflict, report.difference);
  invocation.streams.out << fmt::format("{} events, the same bytes{}\n", report.events,
                                        report.is_whole ? "" : "; the run has not ended");
  return {};
}

using Work = Status (*)(const Invocation&, const Options&);

CLI::App& add_work(CLI::App& command, Invocation& invocation,
                   const std::shared_ptr<Options>& options, const char* name, const char* purpose,
                   Work work) {
  CLI::App& added =
      add_command(command, name, purpose, "outpost runs " + std::string(name) + " 4f2a");
  added.add_option("id", options->id, "the run's id, or the beginning of it")->required();
  added.callback([options, work, &invocation] {
    invocation.action = [options, work, &invocation] { return work(invocation, *options); };
  });
  return added;
}

} // namespace

void add_runs(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(parent, "runs", "Show what agents did",
                  "outpost runs\noutpost runs --json --most 100\noutpost runs show 4f2a\n"
                  "outpost runs resume 4f2a\noutpost runs replay 4f2a");
  command.add_option("--most", options->most, "how many, the newest first")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}))
      ->capture_default_str();
  command.add_flag("--json", options->json, "print JSON");
  command.callback([options, &command, &invocation] {
    if (!command.get_subcommands().empty()) return; // which has its own
    invocation.action = [options, &invocation] { return list(invocation, *options); };
  });
  add_work(command, invocation, options, "show", "Show every step of one run", show)
      .add_flag("--json", options->json, "print a JSON array of events");
  CLI::App& resumed =
      add_work(command, invocation, options, "resume",
               "Go on with a run that waited for an approval or was cut off", resume);
  resumed.add_flag("--json", options->json, "print one JSON object");
  resumed.add_option("--model", options->model, "another model than the agent's own");
  add_work(command, invocation, options, "cancel", "End a run that waits or was cut off", cancel);
  add_work(command, invocation, options, "replay",
           "Go through a run again from its record: is every event the same?", replay);
}

} // namespace outpost::cli
