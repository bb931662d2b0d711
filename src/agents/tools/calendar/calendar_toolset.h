// Tools over the iCalendar files of one folder: list_events, find_free_time, add_event, move_event,
// cancel_event. Files are replaced whole and at once; a cancelled event stays in its file, marked.
#pragma once
#include <memory>
#include <mutex>

#include "agents/spec/calendar_section.h"
#include "agents/tools/toolset.h"
#include "base/clock.h"

namespace outpost::agents {

// `clock` and `writing` outlive the toolset; who changes calendars holds `writing`, so that of
// several agents none overwrites what another wrote. Errors: those of FolderRoot::open.
Result<std::unique_ptr<Toolset>> open_calendar_toolset(const CalendarSection& use, Clock& clock,
                                                       std::mutex& writing);

} // namespace outpost::agents
