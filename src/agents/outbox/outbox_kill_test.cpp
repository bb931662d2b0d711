// kill -9 at a hundred random moments of a process that works through an outbox.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "agents/outbox/outbox.h"
#include "agents/outbox/simulated_line.h"
#include "base/random.h"

namespace outpost::agents {
namespace {

namespace fs = std::filesystem;

constexpr int kKills = 100;

pid_t start(const fs::path& folder, const std::string& what) {
  std::vector<std::string> arguments = {OUTPOST_OUTBOX_PROBE, folder.string(), what, "20"};
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    ::execv(pointers.front(), pointers.data());
    ::_exit(127);
  }
  return child;
}

int wait_for(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

TEST(OutboxKill, NothingIsLostAndNothingIsDoneTwice) {
  const fs::path folder = fs::temp_directory_path() / ("outbox_kill" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const std::uint64_t seed = random_seed();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  for (int kill = 0; kill < kKills; ++kill) {
    fs::remove(folder / "ready");
    const pid_t child = start(folder, std::to_string(random.next_u32()));
    while (!fs::exists(folder / "ready")) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::microseconds(random.next_below(40'000)));
    ::kill(child, SIGKILL);
    ASSERT_EQ(wait_for(child), SIGKILL); // it never ends by itself: an error would show here
  }
  ASSERT_EQ(wait_for(start(folder, "deliver")), 0);

  int acknowledged = 0;
  std::ifstream lines(folder / "acknowledged");
  for (std::string line; std::getline(lines, line);) ++acknowledged;
  EXPECT_GT(acknowledged, 20);
  SystemClock clock;
  Outbox outbox = *Outbox::open(folder / "outbox.sqlite", clock);
  const auto line =
      *SimulatedLine::open(folder / "receiver.sqlite", [] { return SimulatedLine::Cut::kNone; });
  const auto items = *outbox.list({}, 100'000);
  // The last one may have been put in and not yet told.
  EXPECT_GE(items.size(), static_cast<std::size_t>(acknowledged));
  EXPECT_LE(items.size(), static_cast<std::size_t>(acknowledged) + 1);
  for (const OutboxItem& item : items) {
    SCOPED_TRACE(item.id + " " + item.message.tool + " " + std::string(to_string(item.state)));
    const auto effects = line->effects(item.message.idempotency_key);
    const bool unknown = item.state == OutboxState::kUnknown && !item.message.repeatable;
    EXPECT_TRUE(unknown ? effects <= 1 : item.state == OutboxState::kDone && effects == 1);
  }
  for (int box = 0; box < 5; ++box) {
    const auto numbers = line->numbers(box);
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  }
  fs::remove_all(folder);
}

} // namespace
} // namespace outpost::agents
