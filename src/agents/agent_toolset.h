// An agent or a team as a tool, for whoever speaks to tools: ask_NAME(request). Each principal has
// a session of its own. Calls at once begin with the same turns; the one that ends first is the
// conversation's next turn, and the others leave only their runs.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "agents/runner.h"
#include "agents/tools/toolset.h"

namespace outpost::agents {

// Thread-safe where `agent` is.
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
  struct Conversation {
    Session session;
    std::uint64_t version = 0; // how often it was replaced
  };
  Conversation conversation_of(const std::string& principal);
  void keep(const std::string& principal, Conversation after);

  Runner& agent_;
  std::vector<Tool> tools_;
  std::mutex mutex_;
  std::map<std::string, Conversation> conversations_; // by principal; guarded by mutex_
};

} // namespace outpost::agents
