// Agents beside the model APIs: GET /v1/agents; POST /v1/runs, and what a run is asked for by its
// id; the approvals of this server's agents, for keys with the role admin. A principal sees its own
// runs only.
#pragma once
#include "api/agents/agent_service.h"
#include "api/service.h"
#include "http/router.h"

namespace outpost::api {

// Both outlive the router.
void add_agent_routes(http::Router& router, Service& service, AgentService& agents);

} // namespace outpost::api
