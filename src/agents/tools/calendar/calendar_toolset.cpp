#include "agents/tools/calendar/calendar_toolset.h"

#include <algorithm>
#include <utility>

#include "agents/call/words.h"
#include "agents/tools/calendar/day_words.h"
#include "agents/tools/calendar/folder_calendar.h"
#include "agents/tools/function/function_toolset.h"
#include "agents/tools/said_toolset.h"
#include "catalog/digest.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr std::int64_t kDayS = 86'400;
constexpr std::int64_t kMinutesDefault = 30;
constexpr std::int64_t kDaysSearched = 60; // ahead, for an event that is named without its day

constexpr const char* kDayPattern =
    R"(today|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|\d{4}-\d{2}-\d{2}|)"
    R"((january|february|march|april|may|june|july|august|september|october|november|december) \d{1,2})";
constexpr const char* kTimePattern =
    R"(\d{1,2}:\d{2}|\d{1,2} ?(am|pm)|\d{1,2}:\d{2} ?(am|pm)|noon)";

Parameter formed(std::string name, std::string description, const char* pattern) {
  Parameter made = words(std::move(name), std::move(description));
  made.kind.free_text = false;
  made.kind.pattern = pattern;
  return made;
}

Parameter day_parameter() { return formed("day", "day", kDayPattern); }
Parameter time_parameter() { return formed("time", "time of day", kTimePattern); }

// What the tools of one set share.
class Desk {
public:
  Desk(FolderCalendar calendar, const CalendarSection& use, Clock& clock)
      : calendar_(std::move(calendar)), use_(use), clock_(clock) {}

  Result<json::value> list(const Arguments& arguments) const {
    OUTPOST_TRY(const std::int64_t day, day_in(arguments));
    OUTPOST_TRY(const auto found, calendar_.entries(utc(day), utc(day) + kDayS));
    json::array list;
    std::string say;
    for (const FiledEntry& one : found) {
      list.push_back(json_of(one.entry));
      say += (say.empty() ? "" : "\n") + line_of(one.entry);
    }
    const std::string of_day = time_words(day * kDayS).substr(0, 14);
    return json::value(json::object{{"events", std::move(list)},
                                    {"say", say.empty() ? "Nothing is on " + of_day + "." : say}});
  }

  Result<json::value> free_time(const Arguments& arguments) const {
    OUTPOST_TRY(const std::int64_t day, day_in(arguments));
    const std::int64_t least = minutes_in(arguments);
    const std::int64_t from = std::max(utc(day) + use_.day_begins * 60, now());
    OUTPOST_TRY(const auto found,
                calendar_.free_time(from, utc(day) + use_.day_ends * 60, 60 * least));
    json::array list;
    std::string say;
    for (const FreeTime& free : found) {
      const std::string begin = local(free.begin_s);
      const std::string end = local(free.end_s).substr(15);
      list.push_back(json::object{{"begin", begin}, {"end", end}});
      say += (say.empty() ? "" : "\n") + begin + " to " + end;
    }
    return json::value(json::object{
        {"free", std::move(list)},
        {"say", say.empty()
                    ? "There is no free time of " + std::to_string(least) + " minutes that day."
                    : say}});
  }

  Result<json::value> add(const Arguments& arguments) const {
    OUTPOST_TRY(const std::int64_t begin, moment_in(arguments));
    CalendarEntry entry;
    entry.title = *arguments.text("title");
    entry.begin_s = begin;
    entry.end_s = begin + 60 * minutes_in(arguments);
    entry.uid = catalog::sha256_of(entry.title + "\n" + std::to_string(begin) + "\n" +
                                   std::to_string(clock_.wall_ms()))
                    .hex()
                    .substr(0, 32);
    OUTPOST_CHECK(calendar_.add(entry, now()));
    json::object done = json_of(entry);
    done["say"] = "Added: " + line_of(entry) + ".";
    return json::value(std::move(done));
  }

  Result<json::value> move(const Arguments& arguments) const {
    OUTPOST_TRY(const std::int64_t begin, moment_in(arguments));
    OUTPOST_TRY(const FiledEntry filed, meant(arguments, false));
    OUTPOST_CHECK(calendar_.move(filed, begin, now()));
    CalendarEntry moved = filed.entry;
    moved.begin_s = begin;
    moved.end_s = begin + filed.entry.end_s - filed.entry.begin_s;
    json::object done = json_of(moved);
    done["say"] = "Moved: " + line_of(moved) + ".";
    return json::value(std::move(done));
  }

  Result<json::value> cancel(const Arguments& arguments) const {
    OUTPOST_TRY(const FiledEntry filed, meant(arguments, true));
    OUTPOST_CHECK(calendar_.cancel(filed, now()));
    json::object done = json_of(filed.entry);
    done["say"] = "Cancelled: " + line_of(filed.entry) + ".";
    return json::value(std::move(done));
  }

private:
  [[nodiscard]] std::int64_t now() const { return clock_.wall_ms() / 1000; }
  [[nodiscard]] std::int64_t offset_s() const { return std::int64_t{60} * use_.utc_offset_minutes; }
  // The beginning of a day of the user's.
  [[nodiscard]] std::int64_t utc(std::int64_t day) const { return day * kDayS - offset_s(); }
  [[nodiscard]] std::int64_t today() const {
    const std::int64_t local_now = now() + offset_s();
    return (local_now - (local_now % kDayS + kDayS) % kDayS) / kDayS;
  }
  [[nodiscard]] std::string local(std::int64_t utc_s) const {
    return time_words(utc_s + offset_s());
  }
  [[nodiscard]] std::string line_of(const CalendarEntry& entry) const {
    std::string line = local(entry.begin_s) + " to " + local(entry.end_s).substr(15) + " " +
                       entry.title.substr(0, 200);
    return entry.place.empty() ? line : line + " (" + entry.place.substr(0, 200) + ")";
  }
  [[nodiscard]] json::object json_of(const CalendarEntry& entry) const {
    return {{"title", entry.title},
            {"begin", local(entry.begin_s)},
            {"end", local(entry.end_s)},
            {"place", entry.place},
            {"repeats", entry.repeats}};
  }

  [[nodiscard]] static std::int64_t minutes_in(const Arguments& arguments) {
    return arguments.integer("minutes").value_or(kMinutesDefault);
  }
  [[nodiscard]] Result<std::int64_t> day_in(const Arguments& arguments) const {
    const auto given = arguments.text("day");
    if (!given) return today();
    const auto day = read_day(*given, today());
    if (day) return *day;
    return fail(ErrorCode::kInvalidArgument, "'" + *given + "' is no day that I know");
  }
  [[nodiscard]] Result<std::int64_t> moment_in(const Arguments& arguments) const {
    OUTPOST_TRY(const std::int64_t day, day_in(arguments));
    const std::string given = *arguments.text("time");
    const auto time = read_time_of_day(given);
    if (time) return utc(day) + 60 * *time;
    return fail(ErrorCode::kInvalidArgument, "'" + given + "' is no time of day");
  }

  // The one event ahead that has all the title's words; of a repeated one the next time.
  [[nodiscard]] Result<FiledEntry> meant(const Arguments& arguments, bool uses_day) const {
    std::int64_t from = utc(today());
    std::int64_t to = from + kDaysSearched * kDayS;
    if (uses_day && arguments.text("day")) {
      OUTPOST_TRY(const std::int64_t day, day_in(arguments));
      from = utc(day);
      to = from + kDayS;
    }
    OUTPOST_TRY(const auto all, calendar_.entries(from, to));
    const std::string title = *arguments.text("title");
    const auto wanted = split_words(title);
    std::vector<FiledEntry> found;
    for (const FiledEntry& one : all) {
      const auto has = split_words(one.entry.title);
      const bool fits = std::all_of(wanted.begin(), wanted.end(), [&](const Word& word) {
        return std::any_of(has.begin(), has.end(),
                           [&](const Word& other) { return other.stem == word.stem; });
      });
      const bool is_known = std::any_of(found.begin(), found.end(), [&](const FiledEntry& other) {
        return other.entry.uid == one.entry.uid;
      });
      if (fits && !is_known) found.push_back(one);
    }
    if (found.size() == 1) return found.front();
    if (found.empty()) {
      return fail(ErrorCode::kNotFound, "no event ahead is called '" + title + "'");
    }
    std::string which;
    for (const FiledEntry& one : found) which += (which.empty() ? "" : "; ") + line_of(one.entry);
    return fail(ErrorCode::kInvalidArgument, "several events are called so: " + which);
  }

  FolderCalendar calendar_;
  CalendarSection use_;
  Clock& clock_;
};

void add_tool(FunctionToolset& tools, CalendarTool which, const std::shared_ptr<const Desk>& desk) {
  const auto with = [&desk](Result<json::value> (Desk::*work)(const Arguments&) const) {
    return [desk, work](const Arguments& arguments, const CallContext&) {
      return (*desk.*work)(arguments);
    };
  };
  const Parameter title = words("title", "what it is called");
  const Parameter length = optional(whole_number("minutes", "minutes", 5, 24 * 60));
  switch (which) {
  case CalendarTool::kList:
    tools.add({.name = "list_events",
               .description = "Tells what is in the calendar on a day",
               .examples = {"What is on today?", "Do I have anything on Friday?",
                            "Show my appointments tomorrow"},
               .parameters = {optional(day_parameter())}},
              with(&Desk::list));
    break;
  case CalendarTool::kFree:
    tools.add({.name = "find_free_time",
               .description = "Finds free time in the calendar on a day",
               .examples = {"When am I free on Friday?", "Is there a free hour tomorrow?",
                            "Find 45 minutes on Monday"},
               .parameters = {optional(day_parameter()), length}},
              with(&Desk::free_time));
    break;
  case CalendarTool::kAdd:
    tools.add({.name = "add_event",
               .description = "Puts a new event into the calendar",
               .examples = {"Add dentist on Friday at 10:30",
                            "Schedule a call with Ann tomorrow "
                            "at 3 pm",
                            "Put lunch into my calendar on Monday at noon"},
               .parameters = {title, day_parameter(), time_parameter(), length},
               .effect = Effect::kReversible},
              with(&Desk::add));
    break;
  case CalendarTool::kMove:
    tools.add(
        {.name = "move_event",
         .description = "Moves an event in the calendar to another time",
         .examples = {"Move the dentist to Monday at 9:00", "Reschedule lunch to Friday at 1 pm"},
         .parameters = {title, day_parameter(), time_parameter()},
         .effect = Effect::kReversible},
        with(&Desk::move));
    break;
  case CalendarTool::kCancel:
    tools.add({.name = "cancel_event",
               .description = "Cancels an event in the calendar",
               .examples = {"Cancel the dentist", "Cancel lunch on Friday"},
               .parameters = {title, optional(day_parameter())},
               .effect = Effect::kReversible},
              with(&Desk::cancel));
    break;
  }
}

} // namespace

Result<std::unique_ptr<Toolset>> open_calendar_toolset(const CalendarSection& use, Clock& clock,
                                                       std::mutex& writing) {
  OUTPOST_TRY(platform::FolderRoot root, platform::FolderRoot::open(use.folder.string()));
  const auto desk = std::make_shared<const Desk>(
      FolderCalendar(std::move(root), std::int64_t{60} * use.utc_offset_minutes, writing), use,
      clock);
  auto tools = std::make_unique<FunctionToolset>();
  for (const CalendarTool which : {CalendarTool::kList, CalendarTool::kFree, CalendarTool::kAdd,
                                   CalendarTool::kMove, CalendarTool::kCancel}) {
    const bool is_wanted = std::find(use.tools.begin(), use.tools.end(), which) != use.tools.end();
    if (is_wanted) add_tool(*tools, which, desk);
  }
  return std::unique_ptr<Toolset>(std::make_unique<SaidToolset>(std::move(tools)));
}

} // namespace outpost::agents
