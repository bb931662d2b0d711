#include "cli/eval/eval.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "agents/eval/evaluation.h"
#include "cli/eval/eval_subject.h"
#include "cli/files.h"
#include "cli/run/local_models.h"

namespace outpost::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string agent; // or a suite
  std::string tasks;
  std::string model;
  std::string against;
  unsigned threads = 0;
  bool json = false;
};

void print_tally(const Streams& streams, const std::string& name, const agents::KindTally& tally) {
  const double percent =
      100.0 * static_cast<double>(tally.completed) / std::max(1.0, static_cast<double>(tally.all));
  streams.out << fmt::format("{:<28} {:>4} of {:<4} {:5.1f} %\n", printable(name), tally.completed,
                             tally.all, percent);
}

void print(const Streams& streams, const agents::EvalReport& report) {
  for (const agents::TaskResult& one : report.results) {
    if (one.completed) continue;
    streams.out << fmt::format("{} wording {}{}: {}\n", printable(one.id), one.wording + 1,
                               one.wrong_effect ? " WRONG EFFECT" : "", printable(one.problem));
  }
  for (const auto& [kind, tally] : report.by_kind()) print_tally(streams, kind, tally);
  const auto domains = report.by_domain();
  if (domains.size() > 1) {
    for (const auto& [domain, tally] : domains) print_tally(streams, domain, tally);
  }
  const auto wordings = report.by_wording();
  for (std::size_t i = 0; i < wordings.size(); ++i) {
    print_tally(streams, fmt::format("wording {}", i + 1), wordings[i]);
  }
  print_tally(streams, "all", report.total());
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

// What is to be evaluated: the agent and its tasks, or those of a suite.
Result<std::vector<agents::SuiteEntry>> entries_of(const Options& options) {
  if (!options.tasks.empty()) {
    return std::vector<agents::SuiteEntry>{{"", options.agent, options.tasks}};
  }
  OUTPOST_TRY(const std::string text, read_text(options.agent));
  OUTPOST_TRY(auto entries, agents::parse_suite(text, options.agent));
  const fs::path folder = fs::path(options.agent).parent_path();
  for (agents::SuiteEntry& entry : entries) {
    entry.agent = (folder / entry.agent).string();
    entry.tasks = (folder / entry.tasks).string();
  }
  return entries;
}

Result<agents::EvalReport> evaluate_entry(const Invocation& invocation,
                                          const agents::SuiteEntry& entry, LocalModels& models) {
  OUTPOST_TRY(const agents::AgentSpec spec, agents::load_agent_file(entry.agent));
  OUTPOST_TRY(const std::string lines, read_text(entry.tasks));
  OUTPOST_TRY(auto tasks, agents::parse_tasks(lines, entry.tasks));
  for (agents::EvalTask& task : tasks) {
    if (task.domain.empty()) task.domain = entry.domain;
  }
  const CancelToken cancel = invocation.cancel.token();
  const auto open = [&models, cancel](const agents::EvalSetting& setting) {
    return open_eval_subject(setting, models, cancel);
  };
  return agents::evaluate(spec, tasks, open, invocation.environment.data_folder / "eval", cancel);
}

Status evaluate(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(const auto entries, entries_of(options));
  LocalModels models(invocation, options.model, {options.threads, 0});
  agents::EvalReport report;
  for (const agents::SuiteEntry& entry : entries) {
    OUTPOST_TRY(const agents::EvalReport one, evaluate_entry(invocation, entry, models));
    report.results.insert(report.results.end(), one.results.begin(), one.results.end());
  }
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
      add_command(parent, "eval", "Run agents on tasks, each in a copy of its database and files",
                  "outpost eval agent.yaml tasks.jsonl\n"
                  "outpost eval agent.yaml tasks.jsonl --json > monday.json\n"
                  "outpost eval agent.yaml tasks.jsonl --against monday.json\n"
                  "outpost eval examples/suite.json --model smollm2-135m");
  command
      .add_option("agent", options->agent,
                  "the agent file, or without tasks a suite of agents (JSON)")
      ->required();
  command.add_option("tasks", options->tasks, "JSON Lines; docs/agents.md tells their form");
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
