#include "app/agents/open_agent.h"

#include <utility>

#include "agents/tools/sql_toolset.h"

namespace outpost::app {

Result<OpenAgent> open_agent(agents::AgentSpec spec, const AgentSurroundings& surroundings) {
  OpenAgent open;
  OUTPOST_TRY(open.tools, agents::SqlToolset::open(spec));
  agents::AgentParts parts{surroundings.model, *open.tools, surroundings.log, surroundings.clock,
                           surroundings.seed};
  parts.approvals = surroundings.approvals;
  OUTPOST_TRY(open.agent, agents::Agent::open(std::move(spec), parts));
  return open;
}

} // namespace outpost::app
