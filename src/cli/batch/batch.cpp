#include "cli/batch/batch.h"

#include <map>

#include <fmt/format.h>

#include "agents/orchestrator/agent_pool.h"
#include "agents/orchestrator/batch.h"
#include "app/agents/open_runner.h"
#include "base/random.h"
#include "cli/files.h"
#include "cli/run/agent_place.h"

namespace outpost::cli {
namespace {

using agents::BatchOutcome;

struct Options {
  std::string file;
  std::string agent;
  std::string journal;
  std::string model;
  std::string principal = "local";
  unsigned threads = 0;
  std::size_t at_once = 4;
  bool retries_unknown = false;
  bool quiet = false;
};

std::string counts_of(const std::vector<BatchOutcome>& outcomes) {
  std::map<std::string_view, int> counts;
  for (const BatchOutcome& outcome : outcomes) ++counts[to_string(outcome.status)];
  std::string text = fmt::format("{} requests", outcomes.size());
  for (const auto& [status, count] : counts) text += fmt::format(", {} {}", count, status);
  return text;
}

Status run(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(const std::string text, read_text(options.file));
  OUTPOST_TRY(const auto requests, agents::parse_batch(text));
  OUTPOST_TRY(const auto place, AgentPlace::open(invocation, {options.model, options.threads, 0,
                                                              random_seed(), true}));
  OUTPOST_TRY(const auto open, app::open_runner(options.agent, place->surroundings()));
  agents::BatchOptions batch{.principal = {options.principal},
                             .cancel = invocation.cancel.token(),
                             .retries_unknown = options.retries_unknown,
                             .at_once = options.at_once};
  const Streams& streams = invocation.streams;
  if (!options.quiet) {
    batch.on_outcome = [&streams](const BatchOutcome& outcome) {
      streams.err << fmt::format("{:<12} {:<9} {}\n", printable(outcome.id),
                                 to_string(outcome.status), printable(outcome.text));
    };
  }
  const std::string journal =
      options.journal.empty() ? options.file + ".outcomes.jsonl" : options.journal;
  OUTPOST_TRY(const auto outcomes, agents::run_batch(requests, *open.runner, journal, batch));
  streams.out << counts_of(outcomes) << "; see " << printable(journal) << "\n";
  return {};
}

} // namespace

void add_batch(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(parent, "batch", "Give many requests to an agent or a team, each with a status",
                  "outpost batch requests.jsonl --agent agent.yaml\n"
                  "outpost batch requests.jsonl --agent team.yaml --journal outcomes.jsonl");
  command.add_option("file", options->file, R"(lines of {"id": "7", "request": "..."})")
      ->required();
  command.add_option("--agent", options->agent, "the agent's or team's file")->required();
  command.add_option("--journal", options->journal,
                     "where outcomes go and earlier ones are; FILE.outcomes.jsonl unless given");
  command.add_option("--model", options->model, "another model than the agent's own");
  command.add_option("--principal", options->principal, "who the requests act for")
      ->capture_default_str();
  command.add_option("--threads", options->threads, "threads; 0 is one per core")
      ->capture_default_str();
  command.add_option("--at-once", options->at_once, "requests at work together")
      ->check(CLI::Range(1u, agents::AgentPool::kConcurrencyDefault))
      ->capture_default_str();
  command.add_flag("--retry-unknown", options->retries_unknown,
                   "do again what was begun and has no outcome: it may be done twice");
  command.add_flag("--quiet", options->quiet, "nothing on standard error but errors");
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return run(invocation, *options); };
  });
}

} // namespace outpost::cli
