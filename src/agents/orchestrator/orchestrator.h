// A team of agents behind one run(): each request goes to the agent it is for, with the
// conversation so far; one with parts for several agents goes to each of them; one for nobody to
// the fallback, or is told so.
//
// A request that is for an agent of the team's panel is put to all of the panel (panel.h).
//
// The session is the team's: turns and the values in them are known to whichever agent comes next,
// which is how a conversation is handed over. A question that waits for an answer keeps the agent
// that asked it.
#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "agents/orchestrator/agent_pool.h"
#include "agents/orchestrator/router.h"
#include "agents/orchestrator/team_spec.h"
#include "agents/runner.h"
#include "chat/chat_model.h"

namespace outpost::agents {

// Thread-safe; a session belongs to one request at a time.
class Orchestrator final : public Runner {
public:
  // `pools`: one for each member of the team, in their order. `model` may be null: examples alone
  // route then. It outlives this.
  Orchestrator(TeamSpec team, std::vector<std::unique_ptr<AgentPool>> pools,
               chat::ChatModel* model);

  // The outcome of the agent, or of the last of several, with what all of them said.
  // kResourceExhausted when the agent and its stand-ins are full.
  Result<RunOutcome> run(Session& session, const std::string& request,
                         const RunOptions& options) override;
  // Of the member whose run it is.
  Result<RunOutcome> resume(const std::string& run_id, const RunOptions& options) override;
  Result<ReplayReport> replay(const std::string& run_id) override;

  [[nodiscard]] const TeamSpec& team() const { return team_; }
  // Which agent a request would go to.
  Result<Routing> route(const Session& session, const std::string& request,
                        const RunOptions& options) const;

private:
  struct Part {
    std::string text;
    std::size_t member = 0;
  };
  [[nodiscard]] std::optional<std::size_t> member_of(const std::string& name) const;
  Result<std::vector<Part>> parts_of(const Session& session, const std::string& request,
                                     const RunOptions& options) const;
  Result<RunOutcome> give_to(std::size_t member, Session& session, const std::string& request,
                             const RunOptions& options);
  [[nodiscard]] bool is_on_panel(std::size_t member) const;
  Result<RunOutcome> give_to_panel(Session& session, const std::string& request,
                                   const RunOptions& options);
  RunOutcome tell_nobody(Session& session, const std::string& request) const;

  TeamSpec team_;
  Router router_;
  std::vector<std::unique_ptr<AgentPool>> pools_;
  chat::ChatModel* model_;
};

} // namespace outpost::agents
