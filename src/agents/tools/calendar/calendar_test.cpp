#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

#include "agents/tools/calendar/calendar_file.h"
#include "agents/tools/calendar/calendar_toolset.h"
#include "agents/tools/calendar/day_words.h"

namespace outpost::agents {
namespace {

// Thursday, 12 March 2026, 08:00 UTC.
constexpr std::int64_t kNow = 1'773'302'400;
constexpr std::int64_t kToday = kNow / 86'400;

std::string calendar_of(const std::string& events) {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n" + events + "END:VCALENDAR\r\n";
}

std::string event_of(const std::string& uid, const std::string& lines) {
  return "BEGIN:VEVENT\r\nUID:" + uid + "\r\nDTSTAMP:20260101T000000Z\r\n" + lines +
         "END:VEVENT\r\n";
}

TEST(DayWords, ReadsDaysAsPeopleSayThem) {
  EXPECT_EQ(read_day("today", kToday), kToday);
  EXPECT_EQ(read_day("Tomorrow", kToday), kToday + 1);
  EXPECT_EQ(read_day("friday", kToday), kToday + 1);
  EXPECT_EQ(read_day("next Thursday", kToday), kToday + 7);
  EXPECT_EQ(read_day("in 10 days", kToday), kToday + 10);
  EXPECT_EQ(read_day("2026-03-14", kToday), kToday + 2);
  EXPECT_EQ(read_day("March 13", kToday), kToday + 1);
  EXPECT_EQ(read_day("March 11", kToday), kToday + 364); // next year's
  for (const char* none : {"", "soon", "2026-02-30", "in days", "thursdays"}) {
    EXPECT_FALSE(read_day(none, kToday)) << none;
  }
}

TEST(DayWords, ReadsTimesOfDay) {
  EXPECT_EQ(read_time_of_day("10:30"), 630);
  EXPECT_EQ(read_time_of_day("at 3 pm"), 900);
  EXPECT_EQ(read_time_of_day("12:15am"), 15);
  EXPECT_EQ(read_time_of_day("noon"), 720);
  for (const char* none : {"", "24:00", "13 pm", "10:60", "soon", "10:", ":30"}) {
    EXPECT_FALSE(read_time_of_day(none)) << none;
  }
}

TEST(CalendarFile, RepeatsZonesAndExceptions) {
  const auto file = CalendarFile::parse(
      calendar_of(
          event_of("weekly",
                   "SUMMARY:Team\r\nDTSTART:20260302T090000Z\r\nDTEND:20260302T100000Z\r\n"
                   "RRULE:FREQ=WEEKLY;COUNT=4\r\nEXDATE:20260309T090000Z\r\n") +
          event_of("local", "SUMMARY:Dentist\r\nDTSTART:20260316T120000\r\nDURATION:PT45M\r\n") +
          event_of("off", "SUMMARY:Off\r\nSTATUS:CANCELLED\r\nDTSTART:20260316T150000Z\r\n")),
      3600);
  ASSERT_TRUE(file) << file.error().message;
  const auto all = file->entries(kNow - 12 * 86'400, kNow + 30 * 86'400);
  ASSERT_TRUE(all) << all.error().message;
  std::vector<std::string> seen;
  for (const CalendarEntry& one : *all) seen.push_back(one.title + " " + time_words(one.begin_s));
  EXPECT_EQ(seen, (std::vector<std::string>{
                      "Team Mon 2026-03-02 09:00", "Team Mon 2026-03-16 09:00",
                      "Dentist Mon 2026-03-16 11:00", "Team Mon 2026-03-23 09:00"}));
  EXPECT_TRUE(all->front().repeats);
  EXPECT_EQ(all->at(2).end_s - all->at(2).begin_s, 45 * 60);
}

TEST(CalendarFile, RefusesWhatIsHostile) {
  std::string deep;
  for (int i = 0; i < 50'000; ++i) deep += "BEGIN:VEVENT\n";
  const std::string open = "BEGIN:VCALENDAR\nVERSION:2.0\n";
  for (const std::string& text :
       {std::string("hello"), deep, open, "END:VCALENDAR\n" + open, std::string("\xFF\xFE"),
        std::string("BEGIN:VCALENDAR\0END:VCALENDAR", 29),
        std::string("BEGIN:VTODO\nEND:VTODO\n")}) {
    const auto parsed = CalendarFile::parse(text, 0);
    EXPECT_FALSE(parsed) << text.substr(0, 40);
  }
  EXPECT_EQ(CalendarFile::parse(std::string(CalendarFile::kBytesMax + 1, 'x'), 0).error().code,
            ErrorCode::kLimitExceeded);
  for (const char* rule : {"FREQ=SECONDLY", "FREQ=DAILY;BYSECOND=1,2,3", "FREQ=HOURLY;COUNT=2"}) {
    const auto file = CalendarFile::parse(
        calendar_of(
            event_of("x", "DTSTART:19700101T000000Z\r\nRRULE:" + std::string(rule) + "\r\n")),
        0);
    ASSERT_TRUE(file);
    EXPECT_EQ(file->entries(kNow, kNow + 86'400).error().code, ErrorCode::kUnsupported) << rule;
  }
  const auto many = CalendarFile::parse(
      calendar_of(event_of("x", "DTSTART:20000101T000000Z\r\nRRULE:FREQ=DAILY\r\n")), 0);
  EXPECT_EQ(many->entries(0, kNow).error().code, ErrorCode::kLimitExceeded);
}

class CalendarToolsTest : public ::testing::Test {
protected:
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() /
             ("calendar_" + std::to_string(::getpid()) + "_" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "work.ics") << calendar_of(
        event_of("team", "SUMMARY:Team meeting\r\nLOCATION:Room 4\r\nX-KEPT:as it was\r\n"
                         "DTSTART:20260313T090000Z\r\nDTEND:20260313T100000Z\r\n") +
        event_of("run", "SUMMARY:Run\r\nDTSTART:20260312T060000Z\r\nDTEND:20260312T070000Z\r\n"
                        "RRULE:FREQ=DAILY\r\n"));
    clock.advance(std::chrono::milliseconds(kNow * 1000 - clock.wall_ms()));
    use.folder = folder;
    use.tools = {CalendarTool::kList, CalendarTool::kFree, CalendarTool::kAdd, CalendarTool::kMove,
                 CalendarTool::kCancel};
    use.utc_offset_minutes = 60;
    tools = *open_calendar_toolset(use, clock, writing);
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::string call(const char* tool, boost::json::object arguments) {
    const auto result = tools->call({"c", tool, std::move(arguments)}, {});
    return result ? result->statement : "error: " + result.error().message;
  }
  [[nodiscard]] std::string text(const char* file) const {
    std::ifstream in(folder / file);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::filesystem::path folder;
  FakeClock clock;
  std::mutex writing;
  CalendarSection use;
  std::unique_ptr<Toolset> tools;
};

TEST_F(CalendarToolsTest, ListsAndFindsFreeTime) {
  EXPECT_EQ(call("list_events", {{"day", "tomorrow"}}),
            "Fri 2026-03-13 07:00 to 08:00 Run\n"
            "Fri 2026-03-13 10:00 to 11:00 Team meeting (Room 4)");
  EXPECT_EQ(call("find_free_time", {{"day", "friday"}, {"minutes", 60}}),
            "Fri 2026-03-13 09:00 to 10:00\nFri 2026-03-13 11:00 to 17:00");
  EXPECT_EQ(call("list_events", {{"day", "sunday"}}), "Sun 2026-03-15 07:00 to 08:00 Run");
}

TEST_F(CalendarToolsTest, AddsMovesAndCancels) {
  EXPECT_EQ(call("add_event", {{"title", "Dentist"}, {"day", "friday"}, {"time", "2 pm"}}),
            "Added: Fri 2026-03-13 14:00 to 14:30 Dentist.");
  EXPECT_EQ(call("add_event", {{"title", "Lunch"}, {"day", "friday"}, {"time", "14:15"}}),
            "Nothing was changed: 'Dentist' is on then.");
  EXPECT_EQ(call("move_event", {{"title", "dentist"}, {"day", "friday"}, {"time", "10:30"}}),
            "Nothing was changed: 'Team meeting' is on then.");
  EXPECT_EQ(call("move_event", {{"title", "team"}, {"day", "monday"}, {"time", "9:00"}}),
            "Moved: Mon 2026-03-16 09:00 to 10:00 Team meeting (Room 4).");
  EXPECT_NE(text("work.ics").find("X-KEPT:as it was"), std::string::npos);
  EXPECT_EQ(call("cancel_event", {{"title", "dentist"}}),
            "Cancelled: Fri 2026-03-13 14:00 to 14:30 Dentist.");
  EXPECT_NE(text("outpost.ics").find("STATUS:CANCELLED"), std::string::npos);
  EXPECT_EQ(call("cancel_event", {{"title", "dentist"}}),
            "Nothing was changed: no event ahead is called 'dentist'.");
}

TEST_F(CalendarToolsTest, CancelsOneTimeOfWhatRepeats) {
  EXPECT_EQ(call("move_event", {{"title", "run"}, {"day", "friday"}, {"time", "18:00"}}),
            "Nothing was changed: 'Run' repeats; only single events can be moved.");
  EXPECT_EQ(call("cancel_event", {{"title", "run"}, {"day", "saturday"}}),
            "Cancelled: Sat 2026-03-14 07:00 to 08:00 Run.");
  EXPECT_EQ(call("list_events", {{"day", "saturday"}}), "Nothing is on Sat 2026-03-14.");
  EXPECT_EQ(call("list_events", {{"day", "sunday"}}), "Sun 2026-03-15 07:00 to 08:00 Run");
}

TEST_F(CalendarToolsTest, ABrokenFileIsSaidAndNotReplaced) {
  std::ofstream(folder / "broken.ics") << "BEGIN:VCALENDAR\r\n";
  EXPECT_EQ(call("list_events", {}), "error: broken.ics: it is no iCalendar file (RFC 5545)");
  EXPECT_EQ(call("add_event", {{"title", "X"}, {"day", "friday"}, {"time", "noon"}}),
            "error: broken.ics: it is no iCalendar file (RFC 5545)");
  EXPECT_EQ(text("broken.ics"), "BEGIN:VCALENDAR\r\n");
}

} // namespace
} // namespace outpost::agents
