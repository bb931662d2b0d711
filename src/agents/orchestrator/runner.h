// What runs requests: one agent, several of its kind, or a whole team. The same run() as Agent's.
#pragma once
#include <string>

#include "agents/agent.h"

namespace outpost::agents {

class Runner {
public:
  Runner() = default;
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  virtual ~Runner() = default;
  virtual Result<RunOutcome> run(Session& session, const std::string& request,
                                 const RunOptions& options) = 0;
};

} // namespace outpost::agents
