// An agent or a team as a tool, for whoever speaks to tools: ask_NAME(request). Each principal has
// a session of its own.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "agents/runner.h"
#include "agents/tools/toolset.h"

namespace outpost::agents {

class AgentToolset final : public Toolset {
public:
  static constexpr std::size_t kSessionsMax = 100; // beyond them the first by name is forgotten

  // `agent` outlives this; `tools` are those it has.
  AgentToolset(Runner& agent, const std::string& name, const std::string& description,
               const std::vector<Tool>& tools);

  [[nodiscard]] const std::vector<Tool>& tools() const override { return tools_; }
  // The answer of a run; "refused" when it did not come to its end. Errors: those of Runner::run.
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

private:
  Runner& agent_;
  std::vector<Tool> tools_;
  std::map<std::string, Session> sessions_; // by principal
};

} // namespace outpost::agents
