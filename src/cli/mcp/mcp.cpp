#include "cli/mcp/mcp.h"

#include <fmt/format.h>

#include "agents/spec/agent_spec.h"
#include "app/agents/agent_tools.h"
#include "base/clock.h"
#include "cli/json.h"

namespace outpost::cli {
namespace {

constexpr std::size_t kDigestShown = 12;

struct Options {
  std::string server;
  std::string tool;
  std::string digest;
  std::string file;
  bool json = false;
};

std::string pin_json(const mcp::PinnedTool& pin) {
  JsonObject out;
  out.add("server", pin.server);
  out.add("tool", pin.tool);
  out.add("digest", pin.digest);
  out.add("waiting_digest", pin.waiting_digest);
  out.add_raw("waiting", pin.waiting_text.empty() ? "null" : pin.waiting_text);
  out.add("why", pin.why);
  return out.text();
}

Status list(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(auto pins, app::open_definition_store(invocation.environment.data_folder));
  OUTPOST_TRY(const auto all, pins.list(options.server));
  const Streams& streams = invocation.streams;
  JsonLines array;
  for (const mcp::PinnedTool& pin : all) {
    if (options.json) {
      array.add(pin_json(pin));
      continue;
    }
    const bool waits = !pin.waiting_digest.empty();
    streams.out << fmt::format("{:<16} {:<24} {:<9} {}\n", pin.server, pin.tool,
                               waits ? "waits" : "accepted",
                               (waits ? pin.waiting_digest : pin.digest).substr(0, kDigestShown));
    if (waits) {
      streams.out << fmt::format("  why: {}\n  {}\n", printable(pin.why),
                                 printable(pin.waiting_text));
    }
  }
  if (options.json) streams.out << array.text() << "\n";
  if (all.empty()) streams.err << "no tool of an MCP server was met yet\n";
  return {};
}

Status accept(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(auto pins, app::open_definition_store(invocation.environment.data_folder));
  OUTPOST_TRY(const std::size_t count, pins.accept(options.server, options.tool, options.digest));
  invocation.streams.err << fmt::format("accepted {} tool(s) of {}\n", count, options.server);
  return {};
}

// Connects to the servers of an agent file, so that their tools are known and pinned.
Status pin(const Invocation& invocation, const Options& options) {
  OUTPOST_TRY(const agents::AgentSpec spec, agents::load_agent_file(options.file));
  SystemClock clock;
  OUTPOST_TRY(const auto stores, app::AgentStores::open(invocation.environment, clock));
  OUTPOST_TRY(const app::AgentTools open, app::open_agent_tools(spec, *stores));
  for (const agents::Tool& tool : open.tools->tools()) {
    invocation.streams.out << fmt::format("{:<32} {}\n", tool.name, to_string(tool.effect));
  }
  for (const std::string& why : open.left_out) {
    invocation.streams.err << "left out: " << printable(why) << "\n";
  }
  return {};
}

void add_serve(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<McpServeOptions>();
  CLI::App& command =
      add_command(parent, "serve",
                  "Offer an agent, or its tools, to MCP clients over standard input and output",
                  "outpost mcp serve examples/support-desk/agent.yaml\n"
                  "outpost mcp serve agent.yaml --tools             # its tools; needs no model");
  command.add_option("file", options->file, "the agent file")->required();
  command.add_flag("--tools", options->tools_only, "its tools instead of the agent");
  command.add_flag("--allow-irreversible", options->allows_irreversible,
                   "with --tools: also tools whose effect cannot be undone");
  command.add_option("--port", options->port,
                     "over HTTP on this machine instead, at /mcp, with keys; 0: any free port");
  command.add_option("--model", options->model, "another model than the agent's own");
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return serve_mcp(invocation, *options); };
  });
}

} // namespace

void add_mcp(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(parent, "mcp", "Tools of MCP servers, and agents as an MCP server",
                  "outpost mcp list\noutpost mcp accept weather get_forecast\n"
                  "outpost mcp serve agent.yaml");
  command.require_subcommand(1);
  const auto on_call = [options, &invocation](CLI::App& sub,
                                              Status (*work)(const Invocation&, const Options&)) {
    sub.callback([options, &invocation, work] {
      invocation.action = [options, &invocation, work] { return work(invocation, *options); };
    });
  };
  CLI::App& list_command =
      add_command(command, "list", "Show the tools that were met, and what waits to be accepted",
                  "outpost mcp list --json");
  list_command.add_option("server", options->server, "of this server only");
  list_command.add_flag("--json", options->json, "print JSON");
  on_call(list_command, list);
  CLI::App& accept_command =
      add_command(command, "accept", "Accept definitions that wait, as they are now",
                  "outpost mcp accept weather\n"
                  "outpost mcp accept weather get_forecast --digest 4f2a91");
  accept_command.add_option("server", options->server, "the server's name in the agent file")
      ->required();
  accept_command.add_option("tool", options->tool, "one tool; all of the server if left out");
  accept_command.add_option("--digest", options->digest,
                            "refuse unless what waits begins with this digest");
  on_call(accept_command, accept);
  CLI::App& pin_command =
      add_command(command, "pin", "Connect to an agent's MCP servers and pin their tools",
                  "outpost mcp pin agent.yaml");
  pin_command.add_option("file", options->file, "the agent file")->required();
  on_call(pin_command, pin);
  add_serve(command, invocation);
}

} // namespace outpost::cli
