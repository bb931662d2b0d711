// The served agents as tools of an MCP client, at /mcp: ask_NAME for each, under the keys and the
// admission of all other requests. What `outpost mcp serve` offers of one agent.
#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "agents/tools/toolset.h"
#include "api/service.h"
#include "http/router.h"
#include "mcp/server.h"

namespace outpost::app {

class McpEndpoint {
public:
  explicit McpEndpoint(api::Service& service) : service_(service) {}

  // Requests get a 503 until serve(): the port is open before the agents are. REQUIRES: this
  // outlives the router.
  void add_routes(http::Router& router);
  // Once.
  void serve(std::unique_ptr<agents::Toolset> tools);

private:
  void answer(std::unique_ptr<http::Exchange> exchange);

  api::Service& service_;
  std::unique_ptr<agents::Toolset> tools_;
  std::unique_ptr<mcp::Server> server_;
  std::atomic<mcp::Server*> ready_{nullptr}; // server_, once it is there
};

} // namespace outpost::app
