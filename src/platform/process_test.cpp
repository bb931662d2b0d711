#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>

#include <gtest/gtest.h>

#include "platform/open_files.h"
#include "platform/process.h"

namespace outpost::platform {
namespace {

ProcessRequest shell_request(const std::string& script) {
  ProcessRequest request;
  request.arguments = {"/bin/sh", "-c", script};
  return request;
}

TEST(Process, ReturnsOutputAndExitCode) {
  const auto result = run_process(shell_request("echo out; echo err >&2; exit 3"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 3);
  EXPECT_EQ(result->output, "out\nerr\n");
}

TEST(Process, MoreFilesMayBeOpenedHereButNotInWhatIsStarted) {
  const std::size_t before = allow_open_files(0);
  const std::size_t now = allow_open_files(1500);
  EXPECT_GE(now, before);
  EXPECT_EQ(allow_open_files(0), now);
  const auto result = run_process(shell_request("ulimit -n"));
  ASSERT_TRUE(result);
  EXPECT_LE(std::stoul(result->output), 1024u);
}

TEST(Process, ArgumentsAreNotReadByAShell) {
  ProcessRequest request;
  request.arguments = {"printf", "%s", "$(id); `id` > /dev/null"};
  const auto result = run_process(request);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->output, "$(id); `id` > /dev/null");
}

TEST(Process, EnvironmentIsInheritedAndReplaced) {
  ProcessRequest request =
      shell_request("printf '%s|%s' \"$OUTPOST_PROCESS_TEST\" \"${PATH:+path}\"");
  request.environment = {{"OUTPOST_PROCESS_TEST", "value"}};
  const auto result = run_process(request);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->output, "value|path");
}

TEST(Process, ASignalIsAnExitCode) {
  const auto result = run_process(shell_request("kill -TERM $$"));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 128 + SIGTERM);
}

TEST(Process, MissingProgramIsNotFound) {
  ProcessRequest request;
  request.arguments = {"outpost-no-such-program"};
  const auto result = run_process(request);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kNotFound);
}

TEST(Process, OutputIsBounded) {
  ProcessRequest request = shell_request("while :; do echo flood; done");
  request.output_limit_bytes = 10'000;
  const auto result = run_process(request);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kLimitExceeded);
}

TEST(Process, TimeIsBounded) {
  ProcessRequest request = shell_request("exec >/dev/null 2>&1; while :; do :; done");
  request.time_limit = std::chrono::milliseconds(50);
  const auto result = run_process(request);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kTimeout);
}

// A grandchild holds the write end of a FIFO; reading it ends only when the grandchild is dead.
TEST(Process, CancelKillsTheWholeGroup) {
  const auto fifo = std::filesystem::path(testing::TempDir()) /
                    ("process_test_fifo." + std::to_string(::getpid()));
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const int read_end = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(read_end, 0);
  CancelSource source;
  ProcessRequest request = shell_request("(echo up; sleep 600) > '" + fifo.string() + "' & wait");
  request.on_tick = [&]() -> Status {
    char byte = 0;
    if (::read(read_end, &byte, 1) == 1) source.cancel();
    return {};
  };
  const auto result = run_process(request, source.token());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCancelled);
  ::fcntl(read_end, F_SETFL, 0); // blocking: end of file comes with the last writer's death
  std::array<char, 16> rest{};
  ssize_t count = 0;
  while ((count = ::read(read_end, rest.data(), rest.size())) > 0) {
  }
  EXPECT_EQ(count, 0);
  ::close(read_end);
  std::filesystem::remove(fifo);
}

// The program is a grandchild (a shell_request started it), and the process that asked for it is
// killed.
TEST(Process, NothingSurvivesTheDeathOfThisProcess) {
  const auto fifo = std::filesystem::path(testing::TempDir()) /
                    ("process_test_death." + std::to_string(::getpid()));
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const int read_end = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(read_end, 0);
  const pid_t asking = ::fork();
  ASSERT_GE(asking, 0);
  if (asking == 0) {
    const auto result =
        run_process(shell_request("(echo up; sleep 600) > '" + fifo.string() + "' & wait"));
    ::_exit(result ? 0 : 1);
  }
  char byte = 0;
  while (::read(read_end, &byte, 1) != 1) std::this_thread::yield();
  ::kill(asking, SIGKILL);
  ASSERT_EQ(::waitpid(asking, nullptr, 0), asking);
  ::fcntl(read_end, F_SETFL, 0); // blocking: end of file comes with the last writer's death
  std::array<char, 16> rest{};
  while (::read(read_end, rest.data(), rest.size()) > 0) {
  }
  ::close(read_end);
  std::filesystem::remove(fifo);
}

TEST(Process, AnErrorOfTheTickEndsIt) {
  ProcessRequest request = shell_request("sleep 600");
  request.on_tick = []() -> Status { return fail(ErrorCode::kLimitExceeded, "enough"); };
  const auto result = run_process(request);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "enough");
}

} // namespace
} // namespace outpost::platform
