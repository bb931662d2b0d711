#include "app/agents/secret.h"

#include "app/environment.h"
#include "yaml/yaml_node.h"

namespace outpost::app {

Result<std::string> read_secret(const std::string& whose, const std::string& environment,
                                const std::filesystem::path& file) {
  if (!environment.empty()) {
    if (auto value = environment_variable(environment)) return *std::move(value);
    return fail(ErrorCode::kNotFound,
                whose + " is to be in the variable " + environment + ", which is not set",
                "export " + environment + "=...");
  }
  if (file.empty()) return std::string();
  OUTPOST_TRY(std::string text, yaml::read_yaml_file(file, {.bytes = 8192}));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

} // namespace outpost::app
