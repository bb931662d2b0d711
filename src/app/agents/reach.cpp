#include "app/agents/reach.h"

#include "app/agents/secret.h"
#include "net/network_state.h"

namespace outpost::app {
namespace {

Status open_larger(const agents::EscalationSpec& spec, agents::Ledger& ledger, Clock& clock,
                   std::uint64_t seed, Reach& into) {
  remote::Endpoint endpoint{.name = spec.name, .url = spec.endpoint, .model = spec.model};
  endpoint.ca_file = spec.ca_file;
  // The key is read when the agent is opened, and is nowhere but in the endpoint.
  OUTPOST_TRY(endpoint.key,
              read_secret("the key of '" + spec.name + "'", spec.key_environment, spec.key_file));
  OUTPOST_TRY(into.larger, remote::RemoteChatModel::make(endpoint, clock));
  into.larger_probe =
      std::make_unique<remote::ConnectionProbe>(remote::ask_endpoint(endpoint, clock), clock, seed);
  into.escalation = std::make_unique<agents::EndpointEscalation>(spec, *into.larger,
                                                                 *into.larger_probe, ledger, clock);
  return {};
}

Status open_line(const agents::AgentSpec& spec, agents::Toolset& tools, agents::Outbox& outbox,
                 Clock& clock, std::uint64_t seed, Reach& into) {
  for (const auto& [name, rule] : spec.offline->tools) {
    const agents::Tool* tool = agents::find_tool(tools, name);
    const bool orders = !rule.order_parameter.empty();
    if (tool == nullptr ||
        (orders && agents::find_parameter(*tool, rule.order_parameter) == nullptr)) {
      return fail(ErrorCode::kInvalidArgument,
                  "offline: the agent has no tool '" + name + "'" +
                      (tool == nullptr ? "" : " with a parameter '" + rule.order_parameter + "'"));
    }
  }
  remote::ConnectionProbe::Ask ask = net::has_network_interface;
  if (!spec.offline->probe.empty()) {
    const remote::Endpoint endpoint{.name = "probe", .url = spec.offline->probe};
    OUTPOST_CHECK(remote::address_of(endpoint, ""));
    ask = remote::ask_address(endpoint, "", clock);
  }
  into.line = std::make_unique<remote::ConnectionProbe>(std::move(ask), clock, seed);
  into.courier = std::make_unique<agents::Courier>(
      outbox, *into.line, spec.name,
      [&tools](const agents::OutboxItem& item, const CancelToken& cancel) {
        return agents::call_item(tools, item, cancel);
      },
      seed);
  into.tools = std::make_unique<agents::DeferringToolset>(
      tools, outbox, *into.courier, spec.name, spec.offline->tools, seed, spec.permissions);
  return {};
}

} // namespace

Result<std::unique_ptr<Reach>> open_reach(const agents::AgentSpec& spec, agents::Toolset& tools,
                                          agents::Ledger& ledger, agents::Outbox& outbox,
                                          Clock& clock, std::uint64_t seed) {
  auto reach = std::make_unique<Reach>();
  if (spec.escalation) {
    OUTPOST_CHECK(open_larger(*spec.escalation, ledger, clock, seed, *reach));
  }
  if (spec.offline) OUTPOST_CHECK(open_line(spec, tools, outbox, clock, seed, *reach));
  return reach;
}

} // namespace outpost::app
