// `larger_models:` of an agent file: local models for steps that `model` is not sure of.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "yaml/yaml_reader.h"

namespace outpost::agents {

struct LargerModelsSpec {
  std::vector<std::string> names; // in order of size; empty: every step is `model`'s
  double below = 0.8;             // p(right) from which a step is done with
};

yaml::YamlFields::Reader larger_models_into(LargerModelsSpec& into, std::string_view origin);

} // namespace outpost::agents
