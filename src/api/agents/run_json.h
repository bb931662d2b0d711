// Runs, agents and approvals as the API writes them.
#pragma once
#include <string>

#include "api/agents/agent_service.h"

namespace outpost::api {

std::string agent_json(const AgentInfo& agent);
std::string run_json(const agents::RunSummary& run);
std::string outcome_json(const agents::RunOutcome& outcome);
std::string event_json(const agents::StoredEvent& event);
std::string event_json(const agents::RunEvent& event);

} // namespace outpost::api
