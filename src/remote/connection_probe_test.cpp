#include <gtest/gtest.h>

#include "remote/connection_probe.h"
#include "support/http_test_server.h"

namespace outpost::remote {
namespace {

using std::chrono::seconds;

struct ProbeTest : testing::Test {
  bool line = true;
  int asked = 0;
  FakeClock clock;
  ConnectionProbe probe{[this] {
                          ++asked;
                          return line;
                        },
                        clock, 1};
};

TEST_F(ProbeTest, AsksOnceAndKeepsTheAnswerForAWhile) {
  EXPECT_TRUE(probe.is_online());
  clock.advance(seconds(20));
  line = false;
  EXPECT_TRUE(probe.is_online());
  EXPECT_EQ(asked, 1);
  clock.advance(seconds(20)); // 40 s are beyond 30 and its jitter
  EXPECT_FALSE(probe.is_online());
  EXPECT_EQ(asked, 2);
}

TEST_F(ProbeTest, AsksADeadLineLessAndLess) {
  line = false;
  for (int second = 0; second < 3600; ++second) {
    EXPECT_FALSE(probe.is_online());
    clock.advance(seconds(1));
  }
  // 5, 10, 20, ... 120 s and then every two minutes, a fifth more or less: not 720 times.
  EXPECT_GE(asked, 25);
  EXPECT_LE(asked, 45);
}

TEST_F(ProbeTest, LearnsFromWhatWasTriedInEarnest) {
  EXPECT_TRUE(probe.is_online());
  probe.learn(false);
  EXPECT_FALSE(probe.is_online());
  probe.learn(true);
  EXPECT_TRUE(probe.is_online());
  EXPECT_EQ(asked, 1);
}

TEST(AskEndpoint, AnyAnswerShowsThatItIsThere) {
  SystemClock clock;
  Endpoint endpoint{.name = "cloud", .key = "k"};
  {
    const test_support::HttpTestServer server(
        [](const test_support::ServerRequest&) -> test_support::ServerResponse {
          return {.status = 401};
        });
    endpoint.url = server.url("/v1");
    EXPECT_TRUE(ask_endpoint(endpoint, clock)());
    EXPECT_EQ(server.requests().at(0).target, "/v1/models");
  }
  EXPECT_FALSE(ask_endpoint(endpoint, clock)()); // nobody listens there any more
}

} // namespace
} // namespace outpost::remote
