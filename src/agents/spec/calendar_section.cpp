#include "agents/spec/calendar_section.h"

#include "agents/spec/section.h"
#include "agents/spec/time_fields.h"

namespace outpost::agents {

using yaml::YamlNode;

Status read_calendar(const YamlNode& node, std::string_view origin,
                     const std::filesystem::path& folder, CalendarSection& into) {
  std::string name;
  yaml::YamlFields fields(node, origin, "calendar");
  fields.required("folder", name)
      .optional("tools",
                [&](const YamlNode& list) {
                  into.tools.clear();
                  return read_each(
                      list, origin, "tools over calendars", [&](const YamlNode& item) -> Status {
                        OUTPOST_TRY(
                            const std::size_t word,
                            read_word(item, origin, {"list", "free", "add", "move", "cancel"}));
                        into.tools.push_back(static_cast<CalendarTool>(word));
                        return {};
                      });
                })
      .optional("utc_offset", offset_into(into.utc_offset_minutes, origin))
      .optional("from", time_of_day_into(into.day_begins, origin))
      .optional("to", time_of_day_into(into.day_ends, origin));
  OUTPOST_CHECK(fields.finish());
  if (into.day_begins >= into.day_ends) {
    return yaml_error(origin, node.place, "`from` is before `to`");
  }
  into.folder = folder / name;
  return {};
}

} // namespace outpost::agents
