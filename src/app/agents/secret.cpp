#include "app/agents/secret.h"

#include <algorithm>

#include "app/environment.h"
#include "yaml/yaml_node.h"

namespace outpost::app {
namespace {

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t") == std::string::npos;
}

} // namespace

Result<std::string> read_secret(const std::string& whose, const std::string& environment,
                                const std::filesystem::path& file) {
  if (!environment.empty()) {
    auto value = environment_variable(environment);
    if (value && !is_blank(*value)) return *std::move(value);
    return fail(value ? ErrorCode::kInvalidArgument : ErrorCode::kNotFound,
                whose + " is to be in the variable " + environment + ", which is " +
                    (value ? "blank" : "not set or empty"),
                "export " + environment + "=...");
  }
  if (file.empty()) return std::string();
  OUTPOST_TRY(std::string text, yaml::read_yaml_file(file, {.bytes = 8192}));
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  if (!is_blank(text)) return text;
  return fail(ErrorCode::kInvalidArgument,
              whose + " is to be the first line of '" + file.string() + "', which is empty");
}

} // namespace outpost::app
