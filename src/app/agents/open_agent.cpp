#include "app/agents/open_agent.h"

#include <utility>

#include "agents/tools/sql_toolset.h"

namespace outpost::app {

Result<OpenAgent> open_agent(agents::AgentSpec spec, const AgentSurroundings& surroundings) {
  OpenAgent open;
  OUTPOST_TRY(open.tools, agents::SqlToolset::open(spec));
  OUTPOST_TRY(open.reach, open_reach(spec, *open.tools, surroundings.accounts, surroundings.clock,
                                     surroundings.seed));
  agents::Toolset& tools = open.reach->tools ? *open.reach->tools : *open.tools;
  agents::AgentParts parts{surroundings.model, tools, surroundings.log, surroundings.clock,
                           surroundings.seed};
  parts.approvals = surroundings.approvals;
  parts.escalation = open.reach->escalation.get();
  parts.ledger = surroundings.accounts.ledger;
  parts.calling = surroundings.calling;
  OUTPOST_TRY(open.agent, agents::Agent::open(std::move(spec), parts));
  return open;
}

} // namespace outpost::app
