#include <array>

#include <gtest/gtest.h>

#include "platform/shares.h"

namespace outpost::platform {
namespace {

using std::chrono::milliseconds;

TEST(Shares, AreEqualAtFirstAndCoverAll) {
  for (const unsigned count : {1u, 2u, 3u, 7u}) {
    const Shares shares(count);
    for (const std::size_t total : {0u, 1u, 9u, 36u, 1000u}) {
      std::size_t next = 0;
      for (unsigned worker = 0; worker < count; ++worker) {
        const auto range = shares.of(total, worker);
        EXPECT_EQ(range.begin, next);
        EXPECT_LE(range.end - range.begin, total / count + 1);
        next = range.end;
      }
      EXPECT_EQ(next, total);
    }
  }
}

// Worker 1's core is there for it three quarters of the time.
TEST(Shares, FollowWhatCoresCanDo) {
  Shares shares(2);
  constexpr std::array<double, 2> kSpeeds = {1, 0.75};
  for (int step = 0; step < 100; ++step) {
    const std::array<double, 2> done = {shares.before(1), 1 - shares.before(1)};
    const std::array<double, 2> took = {done[0] / kSpeeds[0], done[1] / kSpeeds[1]};
    const double longest = std::max(took[0], took[1]);
    const auto waited = [&](int i) {
      return std::chrono::nanoseconds(static_cast<std::int64_t>((longest - took[i]) * 1e7));
    };
    const std::array<std::chrono::nanoseconds, 2> waits = {waited(0), waited(1)};
    shares.learn(done, waits, std::chrono::nanoseconds(static_cast<std::int64_t>(longest * 1e7)));
  }
  EXPECT_NEAR(shares.before(1), 1 / 1.75, 0.01);
  EXPECT_NEAR(shares.largest(), 1 / 1.75, 0.01);
  EXPECT_EQ(shares.of(36, 1).end, 36u);
}

// A core that is away for long keeps some work, or nobody would see it come back.
TEST(Shares, NobodyGetsNothing) {
  Shares shares(2);
  for (int step = 0; step < 1000; ++step) {
    const std::array<double, 2> done = {1, 0};
    const std::array<std::chrono::nanoseconds, 2> waits = {milliseconds(0), milliseconds(0)};
    shares.learn(done, waits, milliseconds(10));
  }
  EXPECT_NEAR(shares.before(1), 1 / 1.125, 0.01);
}

} // namespace
} // namespace outpost::platform
