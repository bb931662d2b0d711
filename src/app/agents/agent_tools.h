// The tools that an agent file asks for, joined into one Toolset: the one place that knows which
// section stands for which.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "agents/spec/agent_spec.h"
#include "agents/tools/mail/sent_book.h"
#include "agents/tools/toolset.h"
#include "app/agents/agent_stores.h"
#include "base/result.h"
#include "mcp/definition_store.h"

namespace outpost::app {

// Each stands on those before it.
struct AgentTools {
  std::unique_ptr<mcp::DefinitionStore> pins;
  std::unique_ptr<agents::SentBook> sent_mail; // null: no mailbox
  std::unique_ptr<agents::Toolset> joined;
  std::unique_ptr<agents::Toolset> kept;      // without the secrets of the agent's servers
  std::unique_ptr<agents::Toolset> marked;    // what must stay on this machine is labelled
  std::unique_ptr<agents::Toolset> patient;   // reads are tried again, as the file says
  std::unique_ptr<agents::Toolset> permitted; // and with the rules of the agent file
  std::unique_ptr<agents::Toolset> tools;     // and audited: what is to be used
  std::vector<std::string> left_out;          // tools of MCP servers that are not offered, and why
};

// The stores outlive the tools. MCP servers are connected to here. Errors: those of the parts, and
// kConflict for two tools of one name.
Result<AgentTools> open_agent_tools(const agents::AgentSpec& spec, AgentStores& stores);

Result<mcp::DefinitionStore> open_definition_store(const std::filesystem::path& data_folder);

} // namespace outpost::app
