// A file that can take requests, an agent's or a team's, brought to life.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "agents/orchestrator/runner.h"
#include "app/agents/open_agent.h"

namespace outpost::app {

// What the agents of a file share. All of it outlives them.
struct RunnerSurroundings {
  // The model that an agent file names; the same one for the same name.
  std::function<Result<chat::ChatModel*>(const std::string& name)> model_named;
  agents::RunLog& log;
  Clock& clock;
  std::uint64_t seed = 0;
  agents::Approvals* approvals = nullptr;
  Accounts accounts{};
  std::filesystem::path data_folder{}; // of memory and knowledge
};

// Errors: those of the files and of open_agent(). All agents of a team are opened once, so that a
// mistake in any of them shows now.
Result<std::unique_ptr<agents::Runner>> open_runner(const std::filesystem::path& file,
                                                    const RunnerSurroundings& surroundings);

} // namespace outpost::app
