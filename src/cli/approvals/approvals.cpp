#include "cli/approvals/approvals.h"

#include <fmt/format.h>

#include "app/run_log.h"
#include "base/clock.h"
#include "cli/json.h"
#include "cli/times.h"
#include "security/approval_json.h"

namespace outpost::cli {
namespace {

struct Options {
  std::string id;
  // Who answers. On this machine that is whoever may write the data folder; keys of the server
  // keep people apart (docs/agents.md).
  security::Approver approver{"operator", "admin"};
  bool all = false;
  bool json = false;
};

Status list(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(auto book, app::open_approval_book(invocation.environment));
  OUTPOST_TRY(const auto approvals, book.list(!options.all, SystemClock().wall_ms()));
  const Streams& streams = invocation.streams;
  JsonLines array;
  for (const auto& one : approvals) {
    if (options.json) {
      array.add(security::approval_json(one));
    } else {
      streams.out << fmt::format("{}  {:<8} {}  {} for {}: {} {}\n", one.id, to_string(one.state),
                                 time_text(one.asked_ms), printable(one.request.agent),
                                 printable(one.request.principal), printable(one.request.tool),
                                 printable(one.request.arguments));
    }
  }
  if (options.json) streams.out << array.text() << "\n";
  if (!options.json && approvals.empty()) streams.err << "nothing waits for an approval\n";
  return {};
}

Status show(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(auto book, app::open_approval_book(invocation.environment));
  OUTPOST_TRY(const auto approval, book.find(options.id, SystemClock().wall_ms()));
  invocation.streams.out << security::approval_json(approval) << "\n";
  return {};
}

Status answer(const Invocation& invocation, const Options& options, bool approves) {
  OUTPOST_TRY(auto book, app::open_approval_book(invocation.environment));
  const std::int64_t now = SystemClock().wall_ms();
  OUTPOST_CHECK(book.answer(options.id, approves, options.approver, now));
  OUTPOST_TRY(const auto approval, book.find(options.id, now));
  invocation.streams.out << fmt::format("{} {}; the run goes on with: outpost runs resume {}\n",
                                        approval.id, to_string(approval.state),
                                        approval.request.run_id);
  return {};
}

Status approve(const Invocation& invocation, const Options& options) {
  return answer(invocation, options, true);
}

Status refuse(const Invocation& invocation, const Options& options) {
  return answer(invocation, options, false);
}

using Work = Status (*)(const Invocation&, const Options&);

CLI::App& add_work(CLI::App& command, Invocation& invocation,
                   const std::shared_ptr<Options>& options, const std::string& name,
                   const char* purpose, Work work) {
  const std::string example = "outpost approvals " + name + (name == "list" ? "" : " 4f2a");
  CLI::App& added = add_command(command, name, purpose, example);
  added.callback([options, work, &invocation] {
    invocation.action = [options, work, &invocation] { return work(invocation, *options); };
  });
  return added;
}

void add_id(CLI::App& command, Options& options) {
  command.add_option("id", options.id, "the approval's id, or the beginning of it")->required();
}

void add_approver(CLI::App& command, Options& options) {
  add_id(command, options);
  command.add_option("--as", options.approver.principal, "who answers")->capture_default_str();
  command.add_option("--role", options.approver.role, "in which role")->capture_default_str();
}

} // namespace

void add_approvals(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(parent, "approvals", "Answer what agents ask people for",
                                  "outpost approvals list\noutpost approvals show 4f2a\n"
                                  "outpost approvals approve 4f2a --as bea");
  command.require_subcommand(1);
  CLI::App& listed =
      add_work(command, invocation, options, "list", "List what waits for an answer", list);
  listed.add_flag("--all", options->all, "also what was answered or has expired");
  listed.add_flag("--json", options->json, "print JSON");
  add_id(add_work(command, invocation, options, "show", "Show one with every byte of it", show),
         *options);
  add_approver(
      add_work(command, invocation, options, "approve", "Let exactly this call be made", approve),
      *options);
  add_approver(add_work(command, invocation, options, "refuse",
                        "Refuse this call, whoever asks for it again", refuse),
               *options);
}

} // namespace outpost::cli
