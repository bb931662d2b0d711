// An agent composed as its file says: the one place that knows which toolset, memory or escalation
// stands behind which section.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "agents/agent.h"
#include "agents/memory/memory.h"
#include "app/agents/agent_tools.h"
#include "app/agents/reach.h"
#include "base/result.h"

namespace outpost::app {

// What agents of one process share. All of it outlives them.
struct AgentSurroundings {
  chat::ChatModel& model;
  agents::RunLog& log;
  Clock& clock;
  std::uint64_t seed = 0;
  agents::Approvals* approvals = nullptr;
  Accounts accounts{};
  agents::CallingProfile calling{};    // of the model
  std::filesystem::path data_folder{}; // of memory and knowledge; empty: agents have neither
  // Puts something around the tools, as an evaluation does; null: nothing.
  std::function<std::unique_ptr<agents::Toolset>(agents::Toolset&)> wrap_tools{};
};

// The agent last: it goes first.
struct OpenAgent {
  AgentTools tools;
  std::unique_ptr<agents::Toolset> wrapped; // null: nothing is around them
  std::unique_ptr<Reach> reach;
  std::unique_ptr<agents::Memory> memory; // null when the agent file has none
  std::unique_ptr<agents::Agent> agent;
};

// Errors: those of the parts that the agent file asks for.
Result<OpenAgent> open_agent(agents::AgentSpec spec, const AgentSurroundings& surroundings);

} // namespace outpost::app
