#include <gtest/gtest.h>

#include "security/rate_limiter.h"

namespace outpost::security {
namespace {

using std::chrono::seconds;

TEST(RateLimiter, RequestsComeBackEvenly) {
  FakeClock clock;
  RateLimiter limiter(clock);
  const KeyLimits limits{.requests_per_minute = 6};
  for (int i = 0; i < 6; ++i) EXPECT_FALSE(limiter.take("ann", limits)) << i;
  const auto refused = limiter.take("ann", limits);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->message, "the 6 requests a minute of this key are spent");
  EXPECT_EQ(refused->retry_after, seconds(10));
  EXPECT_FALSE(limiter.take("bob", limits)); // another key's bucket
  clock.advance(seconds(9));
  EXPECT_TRUE(limiter.take("ann", limits));
  clock.advance(seconds(1));
  EXPECT_FALSE(limiter.take("ann", limits));
  EXPECT_TRUE(limiter.take("ann", limits));
}

TEST(RateLimiter, TokensArePaidAfterwardsAndOverdraftIsWaitedFor) {
  FakeClock clock;
  RateLimiter limiter(clock);
  const KeyLimits limits{.tokens_per_minute = 60};
  EXPECT_FALSE(limiter.take("ann", limits));
  limiter.pay_tokens("ann", 90);
  const auto refused = limiter.take("ann", limits);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->retry_after, seconds(31)); // -30 to 1 at one a second
  clock.advance(refused->retry_after);
  EXPECT_FALSE(limiter.take("ann", limits));
}

TEST(RateLimiter, QuietTimeSavesOneMinuteAtMostAndZeroIsNoLimit) {
  FakeClock clock;
  RateLimiter limiter(clock);
  const KeyLimits limits{.requests_per_minute = 2};
  EXPECT_FALSE(limiter.take("ann", limits));
  clock.advance(seconds(3600));
  EXPECT_FALSE(limiter.take("ann", limits));
  EXPECT_FALSE(limiter.take("ann", limits));
  EXPECT_TRUE(limiter.take("ann", limits));
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(limiter.take("free", {}));
}

} // namespace
} // namespace outpost::security
