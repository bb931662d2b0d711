// What the process was started with: folders, forced settings, terminal wishes. Read once, in main;
// everything below is told.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace outpost::app {

struct Environment {
  std::filesystem::path data_folder;  // models and runs:  $OUTPOST_HOME or $XDG_DATA_HOME/outpost
  std::filesystem::path state_folder; // history:          $OUTPOST_HOME or $XDG_STATE_HOME/outpost
  std::string forced_isa;             // $OUTPOST_ISA; empty: the processor decides
  bool no_colour = false;             // $NO_COLOR (no-color.org)
  std::optional<std::string> api_key; // $OUTPOST_API_KEY: the key of `outpost serve`
  // Other places for the hub, the registry and pip, for mirrors and tests.
  std::optional<std::string> hub_url;      // $OUTPOST_HUB_URL
  std::optional<std::string> registry_url; // $OUTPOST_REGISTRY_URL
  std::optional<std::string> pip_command;  // $OUTPOST_PIP
};

// The value of a variable that a configuration names, for keys that must not stand in files; none
// when it is not set or empty.
std::optional<std::string> environment_variable(const std::string& name);

// Fails when neither OUTPOST_HOME nor HOME says where to keep things.
Result<Environment> read_environment();

} // namespace outpost::app
