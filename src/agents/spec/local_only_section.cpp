#include "agents/spec/local_only_section.h"

#include "yaml/yaml_reader.h"

namespace outpost::agents {

using yaml::YamlNode;

Status read_local_only(const YamlNode& node, std::string_view origin, LocalOnlySpec& into) {
  const auto names_into = [origin](std::vector<std::string>& names) {
    return [&names, origin](const YamlNode& list) {
      return read_each(list, origin, "names", [&](const YamlNode& item) -> Status {
        OUTPOST_TRY(std::string name, read_text(item, origin));
        names.push_back(std::move(name));
        return {};
      });
    };
  };
  yaml::YamlFields fields(node, origin, "local_only");
  fields.optional("tools", names_into(into.tools)).optional("values", names_into(into.values));
  return fields.finish();
}

} // namespace outpost::agents
