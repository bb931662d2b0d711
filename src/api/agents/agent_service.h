// The agents that a server offers: all that APIs see of them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agents/agent.h"
#include "base/result.h"
#include "security/approval_book.h"

namespace outpost::api {

struct AgentInfo {
  std::string name;
  std::string description;
  std::string model;
  std::vector<agents::Tool> tools;
};

// Thread-safe; calls block until the run has ended or waits.
class AgentService {
public:
  virtual ~AgentService() = default;
  [[nodiscard]] virtual std::vector<AgentInfo> list() const = 0;
  // kNotFound names what there is; otherwise as Agent::run().
  virtual Result<agents::RunOutcome> run(std::string_view agent, agents::Session& session,
                                         const std::string& request,
                                         const agents::RunOptions& options) = 0;
  // Of the agent that the run is of. As Agent::resume() and Agent::replay().
  virtual Result<agents::RunOutcome> resume(const std::string& run_id,
                                            const agents::RunOptions& options) = 0;
  virtual Result<agents::ReplayReport> replay(const std::string& run_id) = 0;
  // Stops a run that is at work or waits. kNotFound, kConflict as resume().
  virtual Status cancel(const std::string& run_id) = 0;

  [[nodiscard]] virtual agents::RunLog& log() = 0;
  [[nodiscard]] virtual security::ApprovalBook& approvals() = 0;
};

} // namespace outpost::api
