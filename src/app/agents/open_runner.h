// A file that can take requests, an agent's or a team's, brought to life: for every command and for
// the server.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "agents/runner.h"
#include "app/agents/open_agent.h"

namespace outpost::app {

// Thread-safe: as many requests at once as the file allows; more wait, or for a team are refused.
struct OpenRunner {
  std::string name;
  std::string description;
  std::string model;               // of a team, the first member's
  std::vector<agents::Tool> tools; // of a team, those of all members
  std::unique_ptr<agents::Runner> runner;
};

// Errors: those of the files and of open_agent(). All agents are opened once, so that a mistake in
// any of them shows now.
Result<OpenRunner> open_runner(const std::filesystem::path& file,
                               const AgentSurroundings& surroundings);

// The names of the models that the agents of a file use. Errors: those of the files.
Result<std::vector<std::string>> models_of(const std::filesystem::path& file);

} // namespace outpost::app
