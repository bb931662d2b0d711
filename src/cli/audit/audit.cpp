#include "cli/audit/audit.h"

#include <fmt/format.h>

#include "app/run_log.h"
#include "cli/json.h"
#include "cli/times.h"

namespace outpost::cli {
namespace {

struct Options {
  std::size_t most = 50;
  std::string anchor;
  bool json = false;
};

std::string line_json(const security::AuditLine& line) {
  JsonObject object;
  security::add_fields(object, line);
  object.add("hash", line.hash);
  return object.text();
}

Status list(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(security::AuditLog log, app::open_audit_log(invocation.environment));
  OUTPOST_TRY(const auto lines, log.list(options.most));
  const Streams& streams = invocation.streams;
  JsonLines array;
  for (const security::AuditLine& line : lines) {
    if (options.json) {
      array.add(line_json(line));
    } else {
      streams.out << fmt::format("{:>6}  {}  {:<12} {:<14} {} {} {}\n", line.number,
                                 time_text(line.time_ms), printable(line.principal),
                                 printable(line.agent), printable(line.tool), line.effect,
                                 line.outcome);
    }
  }
  if (options.json) streams.out << array.text() << "\n";
  if (!options.json && lines.empty()) streams.err << "no tool was called yet\n";
  return {};
}

Status verify(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(security::AuditLog log, app::open_audit_log(invocation.environment));
  OUTPOST_TRY(const security::AuditProof proof, log.verify(options.anchor));
  if (!proof.broken.empty()) return fail(ErrorCode::kCorruptData, proof.broken);
  invocation.streams.out << fmt::format("{} lines hold; the last hash is {}\n", proof.lines,
                                        proof.last_hash.empty() ? "none" : proof.last_hash);
  return {};
}

} // namespace

void add_audit(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(parent, "audit", "Show which tools were called for whom",
                  "outpost audit --most 20\noutpost audit --json\noutpost audit verify");
  command.add_option("--most", options->most, "how many lines, the newest first")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->capture_default_str();
  command.add_flag("--json", options->json, "print a JSON array");
  command.callback([options, &command, &invocation] {
    if (!command.get_subcommands().empty()) return; // which has its own
    invocation.action = [options, &invocation] { return list(invocation, *options); };
  });
  CLI::App& check = add_command(command, "verify", "Go through the log: is every line as it was?",
                                "outpost audit verify --anchor 4f2a...");
  check.add_option("--anchor", options->anchor,
                   "a last hash from before, kept elsewhere: it must still be there");
  check.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return verify(invocation, *options); };
  });
}

} // namespace outpost::cli
