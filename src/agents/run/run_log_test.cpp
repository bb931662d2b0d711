#include <filesystem>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "agents/run/journal.h"
#include "agents/run/run_log.h"
#include "agents/testing/shop.h"
#include "agents/tools/recording_toolset.h"
#include "agents/tools/sql_toolset.h"

namespace outpost::agents {
namespace {

RunEvent event(const std::string& run, std::uint64_t sequence, RunEventBody body) {
  return {run, sequence, 1000 + static_cast<std::int64_t>(sequence), std::move(body),
          chat::user_label()};
}

TEST(RunLog, ListsAndShows) {
  auto log = RunLog::open_in_memory();
  ASSERT_TRUE(log);
  ASSERT_TRUE(log->append(event("a1", 1, RunStarted{"desk", "ann", "fake", "hello"})));
  ASSERT_TRUE(log->append(event("a1", 2, Answered{AnswerKind::kReply, "Hello!"})));
  ASSERT_TRUE(log->append(event("a1", 3, RunFinished{})));
  ASSERT_TRUE(log->append(event("a2", 5, RunStarted{"desk", "ann", "fake", "cancel it"})));
  ASSERT_TRUE(log->append(event("a2", 6, CallStarted{"c1", "cancel", {}, Effect::kIrreversible})));
  const auto runs = log->list();
  ASSERT_TRUE(runs) << runs.error().message;
  ASSERT_EQ(runs->size(), 2u);
  EXPECT_EQ(runs->at(0).id, "a2");
  EXPECT_EQ(runs->at(0).state, "unfinished");
  EXPECT_EQ(runs->at(0).unknown_calls, 1u);
  EXPECT_EQ(runs->at(1).state, "done");
  EXPECT_EQ(runs->at(1).answer, "Hello!");
  const auto shown = log->show("a1");
  ASSERT_TRUE(shown);
  ASSERT_EQ(shown->size(), 3u);
  EXPECT_EQ(shown->at(0).body,
            R"({"agent":"desk","principal":"ann","model":"fake","request":"hello"})");
  EXPECT_EQ(shown->at(0).label, R"({"source":"user","trust":"user","confidentiality":"personal"})");
  EXPECT_EQ(log->show("a").error().code, ErrorCode::kConflict);
  EXPECT_EQ(log->show("b").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(log->show("' OR 1 --").error().code, ErrorCode::kNotFound);
}

TEST(RunLog, IsAppendOnly) {
  const testing::Shop shop; // for its folder
  const auto path = shop.folder() / "runs.sqlite";
  auto log = RunLog::open(path);
  ASSERT_TRUE(log);
  ASSERT_TRUE(log->append(event("a1", 1, RunStarted{"desk", "ann", "fake", "hello"})));
  EXPECT_FALSE(log->append(event("a1", 1, RunFinished{})));
  auto database = store::Database::open(path);
  ASSERT_TRUE(database);
  EXPECT_FALSE(database->execute("UPDATE run_events SET body = '{}'"));
  EXPECT_FALSE(database->execute("DELETE FROM run_events"));
}

TEST(RunLog, UnknownOutcomesStayUnknown) {
  auto log = RunLog::open_in_memory();
  ASSERT_TRUE(log);
  ASSERT_TRUE(log->append(event("a1", 1, RunStarted{})));
  ASSERT_TRUE(log->append(event("a1", 2, CallStarted{"c1", "pay", {}, Effect::kIrreversible})));
  ASSERT_TRUE(log->append(
      event("a1", 3, CallFinished{"c1", "pay", "unknown", nullptr, "the disk failed"})));
  ASSERT_TRUE(log->append(event("a1", 4, CallStarted{"c2", "pay", {}, Effect::kIrreversible})));
  ASSERT_TRUE(log->append(event("a1", 5, CallFinished{"c2", "pay", "done", nullptr, "paid"})));
  const auto summary = log->summary("a1");
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(summary->calls, 2u);
  EXPECT_EQ(summary->unknown_calls, 1u);
}

// Writes notes through the recording wrapper and says on `out` what is done, until it is killed.
[[noreturn]] void write_notes_for_ever(const testing::Shop& shop, int out) {
  SystemClock clock;
  auto log = RunLog::open(shop.folder() / "runs.sqlite");
  auto tools = SqlToolset::open(shop.spec());
  if (!log || !tools) ::_exit(1);
  for (int i = 1;; ++i) {
    RunJournal journal("run" + std::to_string(i), *log, clock, {});
    RecordingToolset recording(**tools, journal);
    const bool done =
        journal.write(RunStarted{}, {}) &&
        recording.call({"c1", "note", {{"subject", std::to_string(i)}}}, {{}, "x", {}}) &&
        journal.write(RunFinished{}, {});
    if (!done || ::write(out, &i, sizeof i) != sizeof i) ::_exit(1);
  }
}

// kill -9 at twenty different moments: everything that was said to be done is in the log and in the
// database, every change has its intention in the log, and at most the last call is unknown.
TEST(RunLog, LosesNothingWhenKilled) {
  for (int round = 0; round < 20; ++round) {
    const testing::Shop shop;
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_notes_for_ever(shop, pipe[1]);
    ::close(pipe[1]);
    int said = 0;
    for (int i = 0; i < 1 + round % 3; ++i)
      ASSERT_EQ(::read(pipe[0], &said, sizeof said), ssize_t{sizeof said});
    ::usleep(static_cast<useconds_t>(round * 137));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(pipe[0], &said, sizeof said) == ssize_t{sizeof said}) {
    }
    ::close(pipe[0]);

    auto log = RunLog::open(shop.folder() / "runs.sqlite");
    ASSERT_TRUE(log);
    const auto runs = log->list(100'000);
    ASSERT_TRUE(runs);
    int done = 0;
    int unknown = 0;
    int started = 0;
    for (const RunSummary& run : *runs) {
      done += run.state == "done" ? 1 : 0;
      unknown += static_cast<int>(run.unknown_calls);
      started += static_cast<int>(run.calls);
    }
    const int notes = std::stoi(shop.ask("SELECT count(*) FROM notes"));
    EXPECT_GE(done, said);
    EXPECT_GE(notes, said);
    EXPECT_LE(unknown, 1);
    EXPECT_LE(notes, started);
    EXPECT_GE(notes, started - unknown);
  }
}

} // namespace
} // namespace outpost::agents
