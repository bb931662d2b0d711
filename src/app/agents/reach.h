// What reaches beyond an agent's machine, as its file says: the larger model that hard steps go to,
// and the outbox that calls wait in.
#pragma once
#include <memory>
#include <optional>

#include "agents/escalation/endpoint_escalation.h"
#include "agents/outbox/courier.h"
#include "agents/outbox/deferring_toolset.h"
#include "agents/spec/agent_spec.h"
#include "base/result.h"
#include "remote/remote_chat_model.h"

namespace outpost::app {

// Members in the order in which they need each other. Empty where the file has no such section.
struct Reach {
  std::unique_ptr<remote::RemoteChatModel> larger;
  std::unique_ptr<remote::ConnectionProbe> larger_probe;
  std::unique_ptr<agents::EndpointEscalation> escalation;
  std::unique_ptr<remote::ConnectionProbe> line;
  std::unique_ptr<agents::Courier> courier;
  std::unique_ptr<agents::DeferringToolset> tools;
};

// `tools` are the agent's own; they, the stores and `clock` outlive what is opened. Errors: those
// of the endpoint and of its key (kNotFound), kInvalidArgument for a tool that the agent lacks.
Result<std::unique_ptr<Reach>> open_reach(const agents::AgentSpec& spec, agents::Toolset& tools,
                                          agents::Ledger& ledger, agents::Outbox& outbox,
                                          Clock& clock, std::uint64_t seed);

} // namespace outpost::app
