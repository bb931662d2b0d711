// What was acknowledged is there after kill -9: a child appends rows and reports each one that was
// committed; it is killed in the middle of its work.
#include <csignal>
#include <filesystem>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "store/database.h"

namespace outpost::store {
namespace {

Status append_rows(const std::filesystem::path& file, int report_to) {
  OUTPOST_TRY(auto database, Database::open(file));
  OUTPOST_TRY(auto insert, database.prepare("INSERT INTO log (line) VALUES (?)"));
  for (std::int64_t row = 1;; ++row) {
    OUTPOST_TRY(auto transaction, Transaction::begin(database));
    OUTPOST_CHECK(insert.run(std::string_view("a line of the log")));
    OUTPOST_CHECK(transaction.commit());
    if (write(report_to, &row, sizeof row) != sizeof row) return {};
  }
}

// Runs a child until it has reported `rows`, kills it, and returns the last row it reported.
std::int64_t run_and_kill(const std::filesystem::path& file, std::int64_t rows) {
  std::array<int, 2> pipe_ends{};
  if (pipe(pipe_ends.data()) != 0) return 0;
  const pid_t child = fork();
  if (child == 0) {
    close(pipe_ends[0]);
    _exit(append_rows(file, pipe_ends[1]) ? 0 : 1);
  }
  close(pipe_ends[1]);
  std::int64_t acknowledged = 0;
  std::int64_t row = 0;
  bool killed = false;
  // Reads on after the kill: what was acknowledged before it is still in the pipe.
  while (read(pipe_ends[0], &row, sizeof row) == sizeof row) {
    acknowledged = row;
    if (row >= rows && !killed) killed = kill(child, SIGKILL) == 0;
  }
  close(pipe_ends[0]);
  waitpid(child, nullptr, 0);
  return acknowledged;
}

TEST(Durability, AcknowledgedRowsSurviveKill) {
  const auto file = std::filesystem::temp_directory_path() /
                    ("outpost-durability-" + std::to_string(getpid()) + ".db");
  {
    auto database = Database::open(file);
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->execute("CREATE TABLE log (id INTEGER PRIMARY KEY, line TEXT)"));
  }
  std::int64_t acknowledged = 0;
  for (const std::int64_t rows : {1, 7, 20, 50}) {
    const std::int64_t reported = run_and_kill(file, rows);
    ASSERT_GE(reported, rows);
    acknowledged += reported;
    auto database = Database::open(file);
    ASSERT_TRUE(database) << database.error().message;
    EXPECT_TRUE(database->quick_check());
    auto query = database->prepare("SELECT count(*), max(id) FROM log");
    ASSERT_TRUE(query->step().value());
    EXPECT_GE(query->integer(0), acknowledged);
    EXPECT_EQ(query->integer(0), query->integer(1)); // no holes
    acknowledged = query->integer(0); // one more may have been committed and not yet reported
  }
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
}

} // namespace
} // namespace outpost::store
