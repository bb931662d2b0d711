// The tools of one MCP server as a Toolset. What the server says of effects is not believed: a tool
// changes something that cannot be undone, unless the agent file says otherwise. Only definitions
// that the store has accepted are offered, and one that changes while the agent runs is not called.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agents/tools/toolset.h"
#include "mcp/client.h"
#include "mcp/definition_store.h"

namespace outpost::mcp {

struct McpServerUse {
  std::string name;                    // of the server, in the agent file and in the store
  std::string prefix;                  // of its tools' names; may be empty
  std::vector<std::string> only;       // of its tools; empty: all
  std::vector<std::string> reads;      // tools that change nothing
  std::vector<std::string> reversible; // tools whose effect can be undone
  std::map<std::string, std::vector<std::string>> examples; // requests, by tool
  Trust trust = Trust::kFirstUse;
  std::chrono::milliseconds call_time{std::chrono::seconds(60)};
  std::size_t text_bytes_max = 16U << 10U; // of an answer; what is beyond is said to be missing
};

class McpToolset final : public agents::Toolset {
public:
  using Connector = std::function<Result<std::unique_ptr<Client>>(const CancelToken&)>;

  // Connects, lists and reviews. `store` outlives this. kInvalidArgument when the agent file names
  // tools that the server does not have.
  static Result<std::unique_ptr<McpToolset>> open(McpServerUse use, Connector connector,
                                                  DefinitionStore& store);

  [[nodiscard]] const std::vector<agents::Tool>& tools() const override { return tools_; }
  // kPermissionDenied: the definition has changed since. kUnavailable: the server is gone, and
  // whether the call was done is unknown; the next call starts it anew. kInvalidArgument: the tool
  // says that it failed, in its words.
  Result<agents::ToolResult> call(const agents::Call& call,
                                  const agents::CallContext& context) override;
  // Why tools of the server are not offered.
  [[nodiscard]] const std::vector<std::string>& left_out() const { return left_out_; }

private:
  McpToolset(McpServerUse use, Connector connector, DefinitionStore& store)
      : use_(std::move(use)), connector_(std::move(connector)), store_(store) {}
  Status connect(const CancelToken& cancel);
  Status offer(const std::vector<ToolDefinition>& accepted);
  Status check_names(const ToolList& list) const;
  // The connection is there and what it offers of `tool` is what was accepted.
  Status make_ready(const ToolDefinition& tool, const CancelToken& cancel);
  Result<agents::ToolResult> result_from(const ToolAnswer& answer) const;
  [[nodiscard]] agents::Effect effect_of(const std::string& tool) const;

  McpServerUse use_;
  Connector connector_;
  DefinitionStore& store_;
  std::unique_ptr<Client> client_;
  std::vector<agents::Tool> tools_;
  std::map<std::string, ToolDefinition, std::less<>> definitions_; // by the name that is offered
  std::map<std::string, std::string> shown_; // digests that the server shows now, by its own name
  std::vector<std::string> left_out_;
};

} // namespace outpost::mcp
