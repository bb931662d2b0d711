#include "app/environment.h"

#include <cstdlib>

namespace outpost::app {
namespace {

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

// The XDG base directory specification: relative values are to be ignored.
std::filesystem::path xdg_folder(const char* name, const std::filesystem::path& fallback) {
  const auto value = variable(name);
  const bool usable = value && std::filesystem::path(*value).is_absolute();
  return (usable ? std::filesystem::path(*value) : fallback) / "outpost";
}

} // namespace

std::optional<std::string> environment_variable(const std::string& name) {
  return variable(name.c_str());
}

Result<Environment> read_environment() {
  Environment environment;
  const auto own_home = variable("OUTPOST_HOME");
  const auto home = variable("HOME");
  if (own_home) {
    environment.data_folder = environment.state_folder = std::filesystem::absolute(*own_home);
  } else if (home) {
    const std::filesystem::path base(*home);
    environment.data_folder = xdg_folder("XDG_DATA_HOME", base / ".local/share");
    environment.state_folder = xdg_folder("XDG_STATE_HOME", base / ".local/state");
  } else {
    return fail(ErrorCode::kInvalidArgument, "neither OUTPOST_HOME nor HOME is set",
                "set OUTPOST_HOME to the folder where models and runs are to be kept");
  }
  environment.forced_isa = variable("OUTPOST_ISA").value_or("");
  environment.no_colour = variable("NO_COLOR").has_value();
  environment.api_key = variable("OUTPOST_API_KEY");
  environment.hub_url = variable("OUTPOST_HUB_URL");
  environment.registry_url = variable("OUTPOST_REGISTRY_URL");
  environment.pip_command = variable("OUTPOST_PIP");
  return environment;
}

} // namespace outpost::app
