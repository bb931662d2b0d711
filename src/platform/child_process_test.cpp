#include <chrono>

#include <gtest/gtest.h>

#include "platform/child_process.h"
#include "platform/process.h"

namespace outpost::platform {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Program shell(const std::string& script) {
  Program program;
  program.arguments = {"/bin/sh", "-c", script};
  return program;
}

ProcessRequest shell_process(const std::string& script) {
  ProcessRequest request;
  request.arguments = {"/bin/sh", "-c", script};
  return request;
}

// Until `wanted` bytes are there or the output ends.
std::string read_bytes(ChildProcess& child, std::size_t wanted) {
  std::string all;
  while (all.size() < wanted) {
    const auto bytes = child.read(seconds(20));
    if (!bytes || bytes->empty()) break;
    all += *bytes;
  }
  return all;
}

TEST(ChildProcess, IsSpokenToInTurns) {
  const auto child = ChildProcess::start(shell("while read a; do echo got $a; done"), true);
  ASSERT_TRUE(child);
  ASSERT_TRUE((*child)->write("one\n", seconds(20)));
  EXPECT_EQ(read_bytes(**child, 8), "got one\n");
  ASSERT_TRUE((*child)->write("two\n", seconds(20)));
  EXPECT_EQ(read_bytes(**child, 8), "got two\n");
  (*child)->close_input();
  const auto ended = (*child)->read(seconds(20));
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ((*child)->end(), 0);
}

TEST(ChildProcess, WritingToOneThatIsGoneIsAnError) {
  const auto child = ChildProcess::start(shell("exec <&-; echo closed; read never"), true);
  ASSERT_TRUE(child);
  ASSERT_EQ(read_bytes(**child, 7), "closed\n");
  const Status written = (*child)->write("anything", seconds(20));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kUnavailable);
}

TEST(ChildProcess, OneThatDoesNotReadIsATimeout) {
  const auto child = ChildProcess::start(shell("sleep 60"), true);
  ASSERT_TRUE(child);
  const Status written = (*child)->write(std::string(1U << 20U, 'x'), milliseconds(50));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kTimeout);
}

TEST(ChildProcess, GetsNothingOfThisEnvironmentWhenTold) {
  ProcessRequest request;
  request.arguments = {"/usr/bin/env"};
  request.inherits_environment = false;
  request.environment = {{"ONLY", "this"}};
  const auto result = run_process(request);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->output, "ONLY=this\n");
}

TEST(ChildProcess, StartsInItsFolder) {
  ProcessRequest request = shell_process("pwd");
  request.folder = "/usr";
  const auto result = run_process(request);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->output, "/usr\n");
  request.folder = "/no/such/folder";
  EXPECT_FALSE(run_process(request));
}

TEST(Process, PassesInputThrough) {
  ProcessRequest request = shell_process("cat; echo >&2 not shown");
  request.input = std::string(300'000, 'x'); // more than a pipe holds
  request.discards_errors = true;
  const auto result = run_process(request);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->output, request.input);
}

TEST(Process, NeedNotReadItsInput) {
  ProcessRequest request = shell_process("exec <&-; echo done");
  request.input = std::string(300'000, 'x');
  const auto result = run_process(request);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->output, "done\n");
}

TEST(Process, MemoryIsBounded) {
  ProcessRequest request = shell_process("head -c 200000000 /dev/zero | tail -c 150000000 | wc -c");
  request.memory_limit_bytes = 64U << 20U;
  request.discards_errors = true;
  const auto result = run_process(request);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->output.find("150000000"), std::string::npos); // tail could not keep so much
}

} // namespace
} // namespace outpost::platform
