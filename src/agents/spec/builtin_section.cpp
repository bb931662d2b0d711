#include "agents/spec/builtin_section.h"

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

// "+02:00", "-05:30".
Status read_offset(const YamlNode& node, std::string_view origin, int& into) {
  OUTPOST_TRY(const std::string text, read_text(node, origin));
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  const bool has_form = text.size() == 6 && (text[0] == '+' || text[0] == '-') && digit(1) &&
                        digit(2) && text[3] == ':' && digit(4) && digit(5);
  const int hours = has_form ? 10 * (text[1] - '0') + text[2] - '0' : 99;
  const int minutes = has_form ? 10 * (text[4] - '0') + text[5] - '0' : 99;
  if (hours > 14 || minutes > 59) {
    return yaml_error(origin, node.place, "expected an offset such as \"+02:00\"");
  }
  into = (text[0] == '-' ? -1 : 1) * (60 * hours + minutes);
  return {};
}

} // namespace

Status read_builtin(const YamlNode& node, std::string_view origin, BuiltinSection& into) {
  if (node.kind == YamlNode::Kind::kSequence) return read_tools(node, origin, into.tools);
  yaml::YamlFields fields(node, origin, "built-in tools");
  fields
      .required("tools",
                [&](const YamlNode& value) { return read_tools(value, origin, into.tools); })
      .optional("utc_offset", [&](const YamlNode& value) {
        return read_offset(value, origin, into.utc_offset_minutes);
      });
  return fields.finish();
}

} // namespace outpost::agents
