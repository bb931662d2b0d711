// An agent on this machine with all it stands on: its model, the logs of this machine.
#pragma once
#include <memory>
#include <string>

#include "agents/agent.h"
#include "cli/invocation.h"

namespace outpost::cli {

struct AgentPlaceOptions {
  std::string model; // another than the agent file names; empty: that one
  unsigned threads = 0;
  std::uint32_t context_tokens = 0;
  std::uint64_t seed = 0;
  bool loads_model = true; // off: for what asks no model (replay, cancel)
};

// Holds what the agent stands on as long as it lives.
class AgentPlace {
public:
  static Result<std::unique_ptr<AgentPlace>>
  open(const Invocation& invocation, agents::AgentSpec spec, const AgentPlaceOptions& options);
  // The agent of a run, by the file that its record names.
  static Result<std::unique_ptr<AgentPlace>> open_for_run(const Invocation& invocation,
                                                          const std::string& run_id,
                                                          const AgentPlaceOptions& options);
  virtual ~AgentPlace() = default;
  [[nodiscard]] virtual agents::Agent& agent() = 0;
};

} // namespace outpost::cli
