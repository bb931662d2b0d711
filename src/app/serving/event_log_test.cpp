#include <functional>
#include <future>

#include <gtest/gtest.h>

#include "app/serving/event_log.h"
#include "app/serving/refusal_tally.h"

namespace outpost::app {
namespace {

std::string logged(const LogConfig& config, const std::function<void(EventLog&)>& talk) {
  FakeClock clock;
  std::string lines;
  {
    EventLog log(config, [&](std::string_view line) { lines += line; }, clock);
    talk(log);
  }
  return lines;
}

TEST(EventLog, ALineForPeople) {
  EXPECT_EQ(logged({LogFormat::kText, LogLevel::kInfo},
                   [](EventLog& log) {
                     log.say(LogLevel::kInfo, "request",
                             {{"id", "4f"}, {"status", 200}, {"key", "a b"}});
                     log.say(LogLevel::kDebug, "not", {});
                   }),
            "2023-11-14T22:13:20.000Z info request id=4f status=200 key=\"a b\"\n");
}

TEST(EventLog, ALineForMachines) {
  EXPECT_EQ(logged({LogFormat::kText, LogLevel::kDebug},
                   [](EventLog& log) {
                     log.set({LogFormat::kJson, LogLevel::kError});
                     log.say(LogLevel::kWarning, "not", {});
                     log.say(LogLevel::kError, "load", {{"why", "line\nbreak\xff"}, {"ms", 1.5}});
                   }),
            "{\"time\": \"2023-11-14T22:13:20.000Z\", \"level\": \"error\", \"event\": \"load\", "
            "\"why\": \"line\\nbreak\xEF\xBF\xBD\", \"ms\": 1.5}\n");
}

TEST(EventLog, AReaderThatStandsStillStopsNobody) {
  FakeClock clock;
  std::promise<void> go;
  std::size_t lines = 0;
  {
    EventLog log(
        {LogFormat::kText, LogLevel::kInfo},
        [&, held = go.get_future().share()](std::string_view) {
          held.wait();
          ++lines;
        },
        clock);
    for (int i = 0; i < 10'000; ++i) log.say(LogLevel::kInfo, "request", {});
    go.set_value();
  }
  EXPECT_GE(lines, 4096u);
  EXPECT_LE(lines, 4098u); // and one that was being written
}

TEST(RefusalTally, TellsTheFirstAtOnceAndTheOthersTogether) {
  using std::chrono::seconds;
  RefusalTally tally;
  EXPECT_EQ(tally.add(seconds(100)), 1u);
  for (int i = 0; i < 50; ++i) EXPECT_FALSE(tally.add(seconds(101)));
  EXPECT_EQ(tally.add(seconds(111)), 51u);
  EXPECT_FALSE(tally.add(seconds(112)));
}

} // namespace
} // namespace outpost::app
