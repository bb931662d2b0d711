#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "cli/invocation.h"
#include "mcp/server.h"

namespace outpost::cli {

void add_mcp(CLI::App& parent, Invocation& invocation);

struct McpServeOptions {
  std::string file; // of the agent
  std::string model;
  bool tools_only = false;
  bool allows_irreversible = false;
  std::optional<std::uint16_t> port; // none: standard input and output; 0: any free one
};

// Speaks MCP until the input ends or, over HTTP, until Ctrl-C.
Status serve_mcp(const Invocation& invocation, const McpServeOptions& options);
// At /mcp on loopback, for those who show a key of this machine. Prints the address, and the key if
// it had to make the first one.
Status serve_mcp_over_http(const Invocation& invocation, mcp::Server& server, std::uint16_t port);

} // namespace outpost::cli
