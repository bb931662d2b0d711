#include "agents/spec/commands_section.h"

namespace outpost::agents {

using yaml::YamlNode;

Status read_commands(const YamlNode& node, std::string_view origin, const ValueKinds& kinds,
                     std::vector<CommandTool>& into) {
  return read_each(node, origin, "commands", [&](const YamlNode& item) -> Status {
    CommandTool made;
    std::uint32_t seconds = 10;
    std::uint64_t mebibytes = made.memory_limit_bytes >> 20U;
    yaml::YamlFields fields(item, origin, "a command");
    add_tool_fields(fields, origin, kinds, made.tool);
    fields
        .required("run",
                  [&](const YamlNode& value) -> Status {
                    OUTPOST_TRY(made.run, read_texts(value, origin));
                    if (!made.run.empty() && !made.run.front().empty()) return {};
                    return yaml_error(origin, value.place,
                                      "expected a program and its arguments, as a list");
                  })
        .optional("seconds", count_into(seconds, 3600, origin))
        .optional("memory_mib", count_into(mebibytes, 1U << 20U, origin))
        .optional("takes_local_only", made.takes_local_only)
        .optional("output_bytes", count_into(made.output_limit_bytes, 16U << 20U, origin))
        .optional("answer",
                  [&](const YamlNode& value) { return read_answers(value, origin, made.answers); });
    OUTPOST_CHECK(fields.finish());
    made.time_limit = std::chrono::seconds(seconds);
    made.memory_limit_bytes = mebibytes << 20U;
    into.push_back(std::move(made));
    return {};
  });
}

} // namespace outpost::agents
