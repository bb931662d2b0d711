#include "agents/spec/section.h"

namespace outpost::agents {

yaml::YamlFields::Reader name_into(std::string& into, std::string_view origin) {
  return [&into, origin](const yaml::YamlNode& node) -> Status {
    OUTPOST_TRY(into, yaml::read_name(node, origin));
    return {};
  };
}

yaml::YamlFields::Reader share_into(double& into, std::string_view origin) {
  return [&into, origin](const yaml::YamlNode& node) -> Status {
    OUTPOST_TRY(into, yaml::read_number(node, origin));
    if (into >= 0 && into <= 1) return {};
    return yaml_error(origin, node.place, "a probability is from 0 to 1");
  };
}

yaml::YamlFields::Reader number_into(std::optional<double>& into, std::string_view origin) {
  return [&into, origin](const yaml::YamlNode& node) -> Status {
    OUTPOST_TRY(into, yaml::read_number(node, origin));
    return {};
  };
}

} // namespace outpost::agents
