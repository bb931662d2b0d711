#include "cli/program.h"

#include <fmt/format.h>

#include "cli/bench/bench.h"
#include "cli/completion/completion.h"
#include "cli/debug/debug.h"
#include "cli/exit_code.h"
#include "cli/invocation.h"
#include "cli/version/version.h"
#ifndef OUTPOST_ENGINE_ONLY
#include "cli/agent/agent.h"
#include "cli/approvals/approvals.h"
#include "cli/audit/audit.h"
#include "cli/batch/batch.h"
#include "cli/costs/costs.h"
#include "cli/discover/discover.h"
#include "cli/doctor/doctor.h"
#include "cli/eval/eval.h"
#include "cli/keys/keys.h"
#include "cli/knowledge/knowledge.h"
#include "cli/list/list.h"
#include "cli/mcp/mcp.h"
#include "cli/memory/memory.h"
#include "cli/outbox/outbox.h"
#include "cli/profile/profile.h"
#include "cli/ps/ps.h"
#include "cli/pull/pull.h"
#include "cli/rm/rm.h"
#include "cli/run/run.h"
#include "cli/runs/runs.h"
#include "cli/serve/serve.h"
#include "cli/show/show.h"
#endif

namespace outpost::cli {
namespace {

constexpr const char* kPurpose = "AI agents on small language models, on the machine you have";
constexpr const char* kFooter =
    "\nExamples:\n"
    "  outpost run smollm2-135m \"Write a haiku about snow\"\n"
    "  outpost run examples/support-desk/agent.yaml \"Where is order A-20417?\"\n"
    "  outpost serve smollm2-135m\n"
    "  outpost pull smollm2-135m\n"
    "  outpost bench smollm2-135m\n\n"
    "outpost help COMMAND tells more; outpost help exit-codes lists the exit codes.\n";

void add_commands(CLI::App& root, Invocation& invocation) {
#ifndef OUTPOST_ENGINE_ONLY
  add_run(root, invocation);
  add_serve(root, invocation);
  add_keys(root, invocation);
  add_ps(root, invocation);
  add_doctor(root, invocation);
  add_discover(root, invocation);
  add_pull(root, invocation);
  add_list(root, invocation);
  add_show(root, invocation);
  add_batch(root, invocation);
  add_costs(root, invocation);
  add_outbox(root, invocation);
  add_profile(root, invocation);
  add_rm(root, invocation);
  add_runs(root, invocation);
  add_mcp(root, invocation);
  add_approvals(root, invocation);
  add_audit(root, invocation);
  add_agent(root, invocation);
  add_eval(root, invocation);
  add_memory(root, invocation);
  add_knowledge(root, invocation);
#endif
  add_bench(root, invocation);
  add_debug(root, invocation);
  add_completion(root, invocation);
  add_version(root, invocation);
}

void report(const Streams& streams, const Error& error) {
  streams.err << styled(streams, Style::kRed, "outpost: ") << printable(error.message) << "\n";
  if (!error.hint.empty()) streams.err << "  " << printable(error.hint) << "\n";
}

// "help", "help debug tokens", "help exit-codes": the same texts as --help.
int print_help(const CLI::App& root, const std::vector<std::string>& topic,
               const Streams& streams) {
  if (topic.size() == 1 && topic[0] == "exit-codes") {
    streams.out << exit_code_help();
    return 0;
  }
  const CLI::App* at = &root;
  std::string path; // of what `at` stands in; it adds its own name
  for (const std::string& word : topic) {
    const auto named =
        at->get_subcommands([&](const CLI::App* app) { return app->get_name() == word; });
    if (named.empty()) {
      report(streams, {ErrorCode::kInvalidArgument, "there is no command '" + word + "'",
                       "outpost help lists them"});
      return kExitUsage;
    }
    path += (path.empty() ? "" : " ") + at->get_name();
    at = named.front();
  }
  streams.out << at->help(path);
  return 0;
}

} // namespace

CLI::App& add_command(CLI::App& parent, const std::string& name, const std::string& purpose,
                      const std::string& examples) {
  CLI::App& command = *parent.add_subcommand(name, purpose);
  if (!examples.empty()) {
    std::string footer = "\nExamples:\n  ";
    for (const char c : examples) footer += c == '\n' ? std::string("\n  ") : std::string(1, c);
    command.footer(footer + "\n");
  }
  return command;
}

int run_program(std::vector<std::string> arguments, const app::Environment& environment,
                const Streams& streams, const CancelSource& cancel) {
  Invocation invocation{streams, environment, cancel, {}};
  CLI::App root(kPurpose, "outpost");
  root.footer(kFooter);
  root.set_version_flag("--version", std::string("outpost ") + OUTPOST_VERSION);
  root.require_subcommand(1);
  add_commands(root, invocation);
  if (arguments.empty()) arguments.emplace_back("help");
  if (arguments[0] == "help") {
    return print_help(root, {arguments.begin() + 1, arguments.end()}, streams);
  }
  std::reverse(arguments.begin(), arguments.end()); // CLI11 takes them last first
  try {
    root.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    const int code = root.exit(error, streams.out, streams.err);
    return code == 0 ? 0 : kExitUsage;
  }
  const Status done = invocation.action();
  if (done) return 0;
  report(streams, done.error());
  return exit_code(done.error().code);
}

} // namespace outpost::cli
