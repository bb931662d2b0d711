#include <gtest/gtest.h>

#include "catalog/progress.h"
#include "catalog/units.h"

namespace outpost::catalog {
namespace {

using namespace std::chrono_literals;

TEST(Units, ReadAsPeopleSayThem) {
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(999), "999 B");
  EXPECT_EQ(format_bytes(1000), "1.0 kB");
  EXPECT_EQ(format_bytes(98'362'432), "98.4 MB");
  EXPECT_EQ(format_bytes(491'400'064), "491 MB");
  EXPECT_EQ(format_bytes(999'950'000), "1.0 GB");
  EXPECT_EQ(format_bytes(~0ull), "18447 PB");
  EXPECT_EQ(format_rate(12'345'678), "12.3 MB/s");
  EXPECT_EQ(format_rate(-1), "0 B/s");
  EXPECT_EQ(format_duration(59s), "59 s");
  EXPECT_EQ(format_duration(125s), "2 min 5 s");
  EXPECT_EQ(format_duration(4321s), "1 h 12 min");
}

TEST(Progress, RateAndTimeLeft) {
  FakeClock clock;
  std::vector<Progress> events;
  ProgressReporter progress(clock, [&](const Progress& event) { events.push_back(event); });
  progress.enter(Phase::kDownloading, "place", 1000, 11'000);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_FALSE(events.back().time_left);
  for (int second = 1; second <= 5; ++second) {
    clock.advance(1s);
    progress.update(1000 + static_cast<std::uint64_t>(second) * 1000);
  }
  EXPECT_EQ(events.size(), 6u);
  EXPECT_DOUBLE_EQ(events.back().bytes_per_second, 1000);
  EXPECT_EQ(events.back().time_left, 5s);
  EXPECT_EQ(events.back().done, 6000u);
}

TEST(Progress, EventsAreFewAndNotesAlwaysCome) {
  FakeClock clock;
  int count = 0;
  std::string note;
  ProgressReporter progress(clock, [&](const Progress& event) {
    ++count;
    if (!event.note.empty()) note = event.note;
  });
  progress.enter(Phase::kVerifying, "sha256", 0, 1000);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    clock.advance(1ms);
    progress.update(i);
  }
  EXPECT_LE(count, 12);
  progress.note("remember");
  EXPECT_EQ(note, "remember");
}

TEST(Progress, StartingAgainGivesNoNonsense) {
  FakeClock clock;
  Progress last;
  ProgressReporter progress(clock, [&](const Progress& event) { last = event; });
  progress.enter(Phase::kDownloading, "place", 5000, 10'000);
  clock.advance(1s);
  progress.update(10);
  clock.advance(1s);
  progress.update(110);
  EXPECT_DOUBLE_EQ(last.bytes_per_second, 100);
}

} // namespace
} // namespace outpost::catalog
