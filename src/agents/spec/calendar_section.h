// `calendar:` of an agent file: the iCalendar files of one folder.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yaml/yaml_node.h"

namespace outpost::agents {

enum class CalendarTool { kList, kFree, kAdd, kMove, kCancel };

struct CalendarSection {
  std::filesystem::path folder; // empty: the agent has no calendar
  std::vector<CalendarTool> tools = {CalendarTool::kList, CalendarTool::kFree};
  int utc_offset_minutes = 0; // of times that a user says
  int day_begins = 9 * 60;    // minutes after midnight; free time is looked for between these
  int day_ends = 17 * 60;
};

// `folder` is where a relative one starts.
Status read_calendar(const yaml::YamlNode& node, std::string_view origin,
                     const std::filesystem::path& folder, CalendarSection& into);

} // namespace outpost::agents
