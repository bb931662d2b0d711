#include "app/agents/open_agent.h"

#include <utility>

#include "app/agents/memory_files.h"

namespace outpost::app {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

Result<std::unique_ptr<agents::Memory>> open_agent_memory(const agents::MemorySpec& spec,
                                                          const AgentSurroundings& surroundings) {
  agents::MemorySettings settings;
  settings.model = &surroundings.model;
  if (spec.keep_days) settings.limits.keep_ms = *spec.keep_days * kDayMs;
  OUTPOST_TRY(std::unique_ptr<agents::Memory> memory,
              open_memory(surroundings.data_folder, std::move(settings)));
  return memory;
}

} // namespace

Result<OpenAgent> open_agent(agents::AgentSpec spec, const AgentSurroundings& surroundings) {
  OpenAgent open;
  OUTPOST_TRY(open.tools, open_agent_tools(spec, surroundings.data_folder, surroundings.clock));
  if (surroundings.wrap_tools) open.wrapped = surroundings.wrap_tools(*open.tools.tools);
  agents::Toolset& own = open.wrapped ? *open.wrapped : *open.tools.tools;
  OUTPOST_TRY(open.reach,
              open_reach(spec, own, surroundings.accounts, surroundings.clock, surroundings.seed));
  agents::Toolset& tools = open.reach->tools ? *open.reach->tools : own;
  agents::AgentParts parts{surroundings.model, tools, surroundings.log, surroundings.clock,
                           surroundings.seed};
  parts.approvals = surroundings.approvals;
  parts.escalation = open.reach->escalation.get();
  parts.ledger = surroundings.accounts.ledger;
  parts.calling = surroundings.calling;
  if (spec.memory.remembers && !surroundings.data_folder.empty()) {
    OUTPOST_TRY(open.memory, open_agent_memory(spec.memory, surroundings));
    parts.memory = open.memory.get();
  }
  OUTPOST_TRY(open.agent, agents::Agent::open(std::move(spec), parts));
  return open;
}

} // namespace outpost::app
