#include "cli/runs/runs.h"

#include <fmt/format.h>

#include "app/run_log.h"
#include "cli/json.h"
#include "cli/times.h"

namespace outpost::cli {
namespace {

struct Options {
  std::string id;
  std::size_t most = 20;
  bool json = false;
};

std::string summary_json(const agents::RunSummary& run) {
  JsonObject object;
  object.add("id", run.id);
  object.add("agent", run.agent);
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
    std::string text;
    for (const auto& run : runs) text += (text.empty() ? "" : ",\n ") + summary_json(run);
    streams.out << "[" << text << "]\n";
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
  std::string text;
  for (const auto& event : events) {
    if (options.json) {
      JsonObject object;
      object.add("sequence", event.sequence);
      object.add("time_ms", event.time_ms);
      object.add("kind", event.kind);
      object.add_raw("body", event.body);
      object.add_raw("label", event.label.empty() ? "null" : event.label);
      text += (text.empty() ? "" : ",\n ") + object.text();
    } else {
      streams.out << fmt::format("{:>3}  {}  {:<10} {}\n", event.sequence, time_text(event.time_ms),
                                 event.kind, printable(event.body));
    }
  }
  if (options.json) streams.out << "[" << text << "]\n";
  return {};
}

} // namespace

void add_runs(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(parent, "runs", "Show what agents did",
                  "outpost runs\noutpost runs --json --most 100\noutpost runs show 4f2a");
  command.add_option("--most", options->most, "how many, the newest first")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}))
      ->capture_default_str();
  command.add_flag("--json", options->json, "print JSON");
  CLI::App& show_command =
      add_command(command, "show", "Show every step of one run", "outpost runs show 4f2a --json");
  show_command.add_option("id", options->id, "the run's id, or the beginning of it")->required();
  show_command.add_flag("--json", options->json, "print a JSON array of events");
  command.callback([options, &show_command, &invocation] {
    const bool one = show_command.parsed();
    invocation.action = [options, one, &invocation] {
      return one ? show(invocation, *options) : list(invocation, *options);
    };
  });
}

} // namespace outpost::cli
