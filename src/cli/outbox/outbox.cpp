#include "cli/outbox/outbox.h"

#include <fmt/format.h>

#include "app/accounts.h"
#include "app/agents/agent_tools.h"
#include "app/agents/reach.h"
#include "base/clock.h"
#include "base/random.h"
#include "cli/json.h"
#include "cli/times.h"

namespace outpost::cli {
namespace {

using agents::OutboxItem;

struct Options {
  std::string id; // or, for send, the agent file
  std::string state;
  std::string reason = "dropped by hand";
  std::size_t most = 50;
  bool json = false;
};

std::string item_json(const OutboxItem& item) {
  JsonObject object;
  object.add("id", item.id);
  object.add("state", to_string(item.state));
  object.add("agent", item.message.agent);
  object.add("principal", item.message.principal);
  object.add("tool", item.message.tool);
  object.add_raw("arguments", item.message.arguments);
  object.add("request", item.message.request);
  object.add("created_ms", item.created_ms);
  object.add("expires_ms", item.expires_ms);
  object.add("attempts", item.attempts);
  object.add("reason", item.reason);
  object.add("result", item.result);
  return object.text();
}

Status list(const Invocation& invocation, const Options& options) {
  SystemClock clock;
  OUTPOST_TRY(agents::Outbox outbox, app::open_outbox(invocation.environment, clock));
  OUTPOST_TRY(const auto items,
              outbox.list(agents::parse_outbox_state(options.state), options.most));
  const Streams& streams = invocation.streams;
  if (options.json) {
    JsonLines array;
    for (const OutboxItem& item : items) array.add(item_json(item));
    streams.out << array.text() << "\n";
    return {};
  }
  for (const OutboxItem& item : items) {
    streams.out << fmt::format("{:<6} {:<8} {}  {}: {}({}) {}\n", item.id, to_string(item.state),
                               time_text(item.created_ms), printable(item.message.agent),
                               printable(item.message.tool), printable(item.message.arguments),
                               printable(item.reason));
  }
  if (items.empty()) streams.err << "nothing is in the outbox\n";
  return {};
}

Status show(const Invocation& invocation, const Options& options) {
  SystemClock clock;
  OUTPOST_TRY(agents::Outbox outbox, app::open_outbox(invocation.environment, clock));
  OUTPOST_TRY(const OutboxItem item, outbox.show(options.id));
  invocation.streams.out << item_json(item) << "\n";
  return {};
}

Status drop(const Invocation& invocation, const Options& options) {
  SystemClock clock;
  OUTPOST_TRY(agents::Outbox outbox, app::open_outbox(invocation.environment, clock));
  return outbox.drop(options.id, options.reason);
}

// With the tools of the agent whose calls they are.
Status send(const Invocation& invocation, const Options& options) {
  SystemClock clock;
  OUTPOST_TRY(const auto stores, app::AgentStores::open(invocation.environment, clock));
  OUTPOST_TRY(agents::AgentSpec spec, agents::load_agent_file(options.id));
  if (!spec.offline) {
    return fail(ErrorCode::kInvalidArgument,
                "the agent '" + spec.name + "' has no offline section: none of its calls wait");
  }
  spec.escalation.reset(); // sending asks no model
  OUTPOST_TRY(const app::AgentTools tools, app::open_agent_tools(spec, *stores));
  OUTPOST_TRY(const auto reach, app::open_reach(spec, *tools.tools, stores->ledger, stores->outbox,
                                                clock, random_seed()));
  OUTPOST_CHECK(stores->outbox.hurry());
  OUTPOST_TRY(const agents::Delivered sent, reach->courier->deliver(invocation.cancel.token()));
  invocation.streams.out << fmt::format("{} sent, {} failed, {} still in doubt\n", sent.done,
                                        sent.failed, sent.in_doubt);
  if (reach->courier->is_online()) return {};
  return fail(ErrorCode::kUnavailable, "there is no connection now; what waits is kept");
}

void add_action(CLI::App& command, const std::shared_ptr<Options>& options, Invocation& invocation,
                Status (*action)(const Invocation&, const Options&)) {
  command.callback([options, action, &invocation] {
    invocation.action = [options, action, &invocation] { return action(invocation, *options); };
  });
}

} // namespace

void add_outbox(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(parent, "outbox", "Calls of agents that wait for a connection",
                                  "outpost outbox list --state waiting\noutpost outbox show d17\n"
                                  "outpost outbox drop d17\noutpost outbox send agent.yaml");
  command.require_subcommand(1);
  CLI::App& list_command =
      add_command(command, "list", "List them, the oldest first", "outpost outbox list --json");
  list_command.add_option("--state", options->state, "only those in this state")
      ->check(
          CLI::IsMember({"waiting", "sending", "done", "failed", "expired", "dropped", "unknown"}));
  list_command.add_option("--most", options->most, "how many")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}))
      ->capture_default_str();
  list_command.add_flag("--json", options->json, "print a JSON array");
  add_action(list_command, options, invocation, list);
  CLI::App& show_command =
      add_command(command, "show", "Show all of one, as JSON", "outpost outbox show d17");
  show_command.add_option("id", options->id, "its id")->required();
  add_action(show_command, options, invocation, show);
  CLI::App& drop_command = add_command(command, "drop", "Give one up: it will not be sent",
                                       "outpost outbox drop d17 --reason \"done by phone\"");
  drop_command.add_option("id", options->id, "its id")->required();
  drop_command.add_option("--reason", options->reason, "kept with it")->capture_default_str();
  add_action(drop_command, options, invocation, drop);
  CLI::App& send_command = add_command(command, "send", "Send what waits for an agent's tools, now",
                                       "outpost outbox send agent.yaml");
  send_command.add_option("agent", options->id, "the agent's file")->required();
  add_action(send_command, options, invocation, send);
}

} // namespace outpost::cli
