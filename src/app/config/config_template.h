// The ready-made configurations of deploy/config, in the program itself.
#pragma once
#include <span>
#include <string_view>

#include "base/result.h"

namespace outpost::app {

struct ConfigTemplate {
  std::string_view name; // "development"
  std::string_view text; // of the file
};

std::span<const ConfigTemplate> config_templates();
// kNotFound names the templates there are.
Result<std::string_view> config_template(std::string_view name);

} // namespace outpost::app
