#include <gtest/gtest.h>

#include "agents/ledger/money.h"

namespace outpost::agents {
namespace {

TEST(Money, TokensCostWhatTheirMillionCosts) {
  const Prices prices{{150'000'000}, {600'000'000}}; // 0.15 and 0.60
  EXPECT_EQ(cost_of(1'000'000, 0, prices), Money{150'000'000});
  EXPECT_EQ(cost_of(0, 1'000'000, prices), Money{600'000'000});
  EXPECT_EQ(cost_of(300, 20, prices), (Money{300 * 150 + 20 * 600}));
}

TEST(Money, PartsOfABillionthAreRoundedUp) {
  EXPECT_EQ(cost_of(1, 0, {{1}, {}}), Money{1});
  EXPECT_EQ(cost_of(0, 0, {{1}, {1}}), Money{0});
}

TEST(Money, SumsOfManyTokensDoNotOverflow) {
  const Prices dear{{100'000'000'000}, {}}; // 100 a million
  EXPECT_EQ(cost_of(50'000'000'000'000, 0, dear).billionths, 5'000'000'000'000'000'000);
}

TEST(Money, IsWrittenWithTheDecimalsItTakes) {
  EXPECT_EQ(to_string(Money{}), "0.00");
  EXPECT_EQ(to_string(Money{12'000'000'000}), "12.00");
  EXPECT_EQ(to_string(Money{150'000'000}), "0.15");
  EXPECT_EQ(to_string(Money{45'000}), "0.000045");
  EXPECT_EQ(to_string(Money{-1}), "-0.000000001");
}

} // namespace
} // namespace outpost::agents
