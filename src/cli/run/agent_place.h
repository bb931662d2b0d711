// Where agents on the command line run: the stores of this machine and the models that agent files
// name.
#pragma once
#include <memory>
#include <string>

#include "app/agents/open_agent.h"
#include "base/clock.h"
#include "chat/fake_model.h"
#include "cli/invocation.h"
#include "cli/run/local_models.h"

namespace outpost::cli {

struct AgentPlaceOptions {
  std::string model; // another than the agent files name; empty: those
  unsigned threads = 0;
  std::uint32_t context_tokens = 0;
  std::uint64_t seed = 0;
  bool loads_models = true; // off: for what asks no model (replay, cancel)
};

// Outlives the agents that are opened in it, and stays where it is.
class AgentPlace {
public:
  static Result<std::unique_ptr<AgentPlace>> open(const Invocation& invocation,
                                                  const AgentPlaceOptions& options);
  AgentPlace(const AgentPlace&) = delete;
  AgentPlace& operator=(const AgentPlace&) = delete;

  [[nodiscard]] app::AgentSurroundings surroundings();
  // The agent of a run, by the file that its record names.
  Result<std::unique_ptr<app::OpenAgent>> agent_of_run(const std::string& run_id);

private:
  AgentPlace(const Invocation& invocation, const AgentPlaceOptions& options);

  AgentPlaceOptions options_;
  SystemClock clock_;
  std::unique_ptr<app::AgentStores> stores_;
  LocalModels models_;
  chat::FakeModel no_model_; // answers nothing: whoever asks it is told so
};

} // namespace outpost::cli
