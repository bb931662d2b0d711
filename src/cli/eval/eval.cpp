#include "cli/eval/eval.h"

#include <system_error>

#include <fmt/format.h>

#include "agents/eval/evaluation.h"
#include "app/agents/open_agent.h"
#include "app/chat_model.h"
#include "base/clock.h"
#include "cli/files.h"
#include "cli/run/bring_model.h"

namespace outpost::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string agent;
  std::string tasks;
  std::string model;
  std::string against;
  unsigned threads = 0;
  bool json = false;
};

// Runs of an evaluation repeat: one seed, a log that is not kept.
constexpr std::uint64_t kSeed = 1;

void print(const Streams& streams, const agents::EvalReport& report) {
  for (const agents::TaskResult& one : report.results) {
    if (one.completed) continue;
    streams.out << fmt::format("{} wording {}{}: {}\n", printable(one.id), one.wording + 1,
                               one.wrong_effect ? " WRONG EFFECT" : "", printable(one.problem));
  }
  const auto line = [&streams](const std::string& name, const agents::KindTally& tally) {
    const double percent = tally.all == 0 ? 0
                                          : 100.0 * static_cast<double>(tally.completed) /
                                                static_cast<double>(tally.all);
    streams.out << fmt::format("{:<28} {:>4} of {:<4} {:5.1f} %\n", printable(name),
                               tally.completed, tally.all, percent);
  };
  for (const auto& [kind, tally] : report.by_kind()) line(kind, tally);
  line("all", report.total());
  std::uint64_t steps = 0;
  std::uint64_t tokens = 0;
  for (const agents::TaskResult& one : report.results) {
    steps += one.usage.steps;
    tokens += one.usage.tokens;
  }
  const double all = std::max<double>(1, static_cast<double>(report.results.size()));
  streams.out << fmt::format("wrong side effects {}; steps {:.2f}, tokens {:.0f} a wording; p50 "
                             "{:.0f} ms, p95 {:.0f} ms\n",
                             report.wrong_effects(), static_cast<double>(steps) / all,
                             static_cast<double>(tokens) / all, report.time_ms_at(0.5),
                             report.time_ms_at(0.95));
}

// An agent over the sandbox, with all it stands on.
struct Subject {
  agents::RunLog log;
  SystemClock clock;
  app::OpenAgent agent;
};

agents::OpenAgentFor opener(chat::ChatModel& model, const fs::path& scratch,
                            const CancelToken& cancel) {
  return [&model, scratch, cancel](agents::AgentSpec spec) -> Result<agents::AskAgent> {
    OUTPOST_TRY(agents::RunLog log, agents::RunLog::open_in_memory());
    // Shared: the function that asks may be copied.
    const auto subject = std::make_shared<Subject>(Subject{std::move(log), {}, {}});
    const app::AgentSurroundings surroundings{
        model, subject->log, subject->clock, kSeed, nullptr, {}, {}, scratch / "sandbox" / "data"};
    OUTPOST_TRY(subject->agent, app::open_agent(std::move(spec), surroundings));
    return agents::AskAgent(
        [subject, cancel](agents::Session& session, const std::string& request) {
          agents::RunOptions options;
          options.cancel = cancel;
          return subject->agent.agent->run(session, request, options);
        });
  };
}

Status evaluate(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(const agents::AgentSpec spec, agents::load_agent_file(options.agent));
  OUTPOST_TRY(const std::string lines, read_text(options.tasks));
  OUTPOST_TRY(const auto tasks, agents::parse_tasks(lines, options.tasks));
  const std::string model = options.model.empty() ? spec.model : options.model;
  OUTPOST_TRY(const auto path, bring_model(invocation, model));
  OUTPOST_TRY(const app::LocalModel local,
              app::open_local_model(path, model, {options.threads, 0}, invocation.environment));
  const fs::path scratch = invocation.environment.data_folder / "eval";
  const CancelToken cancel = invocation.cancel.token();
  OUTPOST_TRY(
      const agents::EvalReport report,
      agents::evaluate(spec, tasks, opener(*local.model, scratch, cancel), scratch, cancel));
  if (options.json) {
    invocation.streams.out << report.json() << "\n";
  } else {
    print(invocation.streams, report);
  }
  if (options.against.empty()) return {};
  OUTPOST_TRY(const std::string stored, read_text(options.against));
  OUTPOST_TRY(const auto changes, agents::compare(report, stored));
  for (const std::string& change : changes) invocation.streams.err << printable(change) << "\n";
  if (changes.empty()) invocation.streams.err << "as in " << options.against << "\n";
  return {};
}

} // namespace

void add_eval(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(parent, "eval", "Run an agent on tasks, each in a copy of its database",
                  "outpost eval agent.yaml tasks.jsonl\n"
                  "outpost eval agent.yaml tasks.jsonl --json > monday.json\n"
                  "outpost eval agent.yaml tasks.jsonl --against monday.json");
  command.add_option("agent", options->agent, "the agent file")->required();
  command.add_option("tasks", options->tasks, "JSON Lines; docs/agents.md tells their form")
      ->required();
  command.add_option("--model", options->model, "another model than the agent file's");
  command.add_option("--threads", options->threads, "worker threads; 0: one per usable core");
  command.add_option("--against", options->against,
                     "tell what changed since this stored evaluation");
  command.add_flag("--json", options->json, "print JSON, to be stored");
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return evaluate(invocation, *options); };
  });
}

} // namespace outpost::cli
