#include "agents/spec/builtin_section.h"

#include "agents/spec/time_fields.h"
#include "yaml/yaml_reader.h"

namespace outpost::agents {
namespace {

using yaml::YamlNode;

Status read_tools(const YamlNode& node, std::string_view origin, std::vector<Builtin>& into) {
  return read_each(node, origin, "built-in tools", [&](const YamlNode& item) -> Status {
    OUTPOST_TRY(const std::size_t word, read_word(item, origin, {"calculator", "clock", "system"}));
    into.push_back(static_cast<Builtin>(word));
    return {};
  });
}

} // namespace

Status read_builtin(const YamlNode& node, std::string_view origin, BuiltinSection& into) {
  if (node.kind == YamlNode::Kind::kSequence) return read_tools(node, origin, into.tools);
  yaml::YamlFields fields(node, origin, "built-in tools");
  fields
      .required("tools",
                [&](const YamlNode& value) { return read_tools(value, origin, into.tools); })
      .optional("utc_offset", offset_into(into.utc_offset_minutes, origin));
  return fields.finish();
}

} // namespace outpost::agents
