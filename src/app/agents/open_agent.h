// An agent composed as its file says: the one place that knows which toolset, memory or escalation
// stands behind which section.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "agents/agent.h"
#include "agents/larger_model.h"
#include "agents/memory/memory.h"
#include "app/agents/agent_stores.h"
#include "app/agents/agent_tools.h"
#include "app/agents/reach.h"
#include "base/result.h"

namespace outpost::app {

using agents::AgentModel;

// What the agents of one process share. The stores outlive the agents.
struct AgentSurroundings {
  AgentStores& stores;
  // The model that an agent file names; the same one for the same name. Thread-safe where agents
  // run on several threads.
  std::function<Result<AgentModel>(const std::string& name)> model_named;
  // Whether a step of a principal may have this larger model now; the message says why not.
  std::function<Status(const std::string& name, const chat::PrincipalId& principal)> may_have;
  std::uint64_t seed = 0;
  // The model that gives a memory its embeddings, by the name that an agent file has for it; null:
  // memories search by words alone.
  std::function<Result<chat::ChatModel*>(const std::string& name)> embedder_named{};
  // Puts something around the tools, as an evaluation does; null: nothing.
  std::function<std::unique_ptr<agents::Toolset>(agents::Toolset&)> wrap_tools{};
  // In the place of the one that agent files name, as in an evaluation; null: that one.
  agents::Escalation* larger = nullptr;
};

// Belongs to one thread at a time, as an Agent does.
class OpenAgent final : public agents::Runner {
public:
  Result<agents::RunOutcome> run(agents::Session& session, const std::string& request,
                                 const agents::RunOptions& options) override {
    return agent_->run(session, request, options);
  }
  Result<agents::RunOutcome> resume(const std::string& run_id,
                                    const agents::RunOptions& options) override {
    return agent_->resume(run_id, options);
  }
  Result<agents::ReplayReport> replay(const std::string& run_id) override {
    return agent_->replay(run_id);
  }
  [[nodiscard]] const agents::AgentSpec& spec() const { return agent_->spec(); }
  [[nodiscard]] const std::vector<agents::Tool>& tools() const { return agent_->tools(); }

private:
  friend Result<std::unique_ptr<OpenAgent>> open_agent(agents::AgentSpec spec,
                                                       const AgentSurroundings& surroundings);
  // Each stands on those before it.
  AgentTools tools_;
  std::unique_ptr<agents::Toolset> wrapped_; // null: nothing is around them
  std::unique_ptr<Reach> reach_;
  std::unique_ptr<agents::Memory> memory_; // null when the agent file has none
  std::unique_ptr<agents::Agent> agent_;
};

// Errors: those of the parts that the agent file asks for.
Result<std::unique_ptr<OpenAgent>> open_agent(agents::AgentSpec spec,
                                              const AgentSurroundings& surroundings);

} // namespace outpost::app
