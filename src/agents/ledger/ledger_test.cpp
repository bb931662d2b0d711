#include <cmath>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "agents/ledger/ledger.h"

namespace outpost::agents {
namespace {

LedgerEntry entry(const std::string& run, const std::string& place, Money cost,
                  Money elsewhere = {}) {
  return {.run_id = run,
          .agent = "desk",
          .principal = "ann",
          .place = place,
          .spending = {100, 10, std::chrono::milliseconds(500), cost},
          .elsewhere = elsewhere,
          .closes_run = place == kLocalPlace};
}

struct LedgerTest : testing::Test {
  FakeClock clock; // 2023-11-14, 22:13 UTC
  Ledger ledger = *Ledger::open_in_memory(clock);
};

// Relative cost = (1 - s) * t + s / r: of a thousand runs the share s costs a part in r of what a
// large model would, the others the share t of it. The rows are those of the published arithmetic.
TEST_F(LedgerTest, AgreesWithTheArithmeticOfLocalShares) {
  struct Row {
    int local_permille;
    int sent_permille;
    int cheaper;
    double advantage;
  };
  constexpr Money kElsewhere{3'000'000}; // divides by 10 and by 30
  const std::vector<Row> rows = {{750, 1000, 10, 3.1}, {750, 1000, 30, 3.6}, {800, 1000, 10, 3.6},
                                 {800, 1000, 30, 4.4}, {750, 300, 10, 6.7},  {750, 300, 30, 10.0},
                                 {800, 300, 10, 7.1},  {800, 300, 30, 11.5}, {900, 300, 10, 8.3},
                                 {900, 300, 30, 16.7}};
  for (const Row& row : rows) {
    Ledger fresh = *Ledger::open_in_memory(clock);
    for (int i = 0; i < 1000; ++i) {
      const std::string run = "run" + std::to_string(i);
      const bool local = i < row.local_permille;
      const Money sent{kElsewhere.billionths / 1000 * row.sent_permille};
      const Money here{local ? kElsewhere.billionths / row.cheaper : 0};
      if (!local) {
        ASSERT_TRUE(fresh.book(entry(run, "cloud", sent)));
      }
      ASSERT_TRUE(fresh.book(entry(run, std::string(kLocalPlace), here, kElsewhere)));
    }
    const LedgerSum total = *fresh.total();
    EXPECT_EQ(total.runs, 1000U);
    EXPECT_EQ(total.asks, static_cast<std::uint64_t>(1000 - row.local_permille));
    EXPECT_DOUBLE_EQ(std::round(*total.advantage() * 10) / 10, row.advantage)
        << row.local_permille << " " << row.sent_permille << " " << row.cheaper;
  }
}

TEST_F(LedgerTest, SumsByRunAgentDayAndPlace) {
  ASSERT_TRUE(ledger.book(entry("a", "cloud", {70})));
  ASSERT_TRUE(ledger.book(entry("a", "local", {5}, {200})));
  clock.advance(std::chrono::hours(24));
  ASSERT_TRUE(ledger.book(entry("b", "local", {5}, {300})));
  const auto runs = *ledger.sums(LedgerGroup::kRun);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].group, "b");
  EXPECT_EQ(runs[1].spending.cost, Money{75});
  EXPECT_EQ(runs[1].spending.prompt_tokens, 200U);
  EXPECT_EQ(runs[1].spending.time, std::chrono::milliseconds(1000));
  const auto days = *ledger.sums(LedgerGroup::kDay);
  ASSERT_EQ(days.size(), 2U);
  EXPECT_EQ(days[0].group, "2023-11-15");
  EXPECT_EQ(days[1].group, "2023-11-14");
  EXPECT_EQ(ledger.sums(LedgerGroup::kDay, 1)->size(), 1U);
  EXPECT_EQ(ledger.sums(LedgerGroup::kAgent)->at(0).elsewhere, Money{500});
  EXPECT_EQ(ledger.sums(LedgerGroup::kPlace)->size(), 2U);
  EXPECT_EQ(ledger.total(1)->spending.cost, Money{5});
}

TEST_F(LedgerTest, ARunIsClosedOnce) {
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(ledger.book(entry("a", "local", {5}, {200})));
  ASSERT_TRUE(ledger.book(entry("b", "local", {5}, {200})));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(ledger.book(entry("a", "cloud", {70})));
  EXPECT_EQ(ledger.total()->runs, 2U);
  EXPECT_EQ(ledger.total()->asks, 2U);
  EXPECT_EQ(ledger.total()->spending.cost, Money{150});
}

TEST_F(LedgerTest, NothingSpentHasNoAdvantageToName) {
  EXPECT_EQ(ledger.total()->advantage(), std::nullopt);
  ASSERT_TRUE(ledger.book(entry("a", "local", {0}, {200})));
  EXPECT_EQ(ledger.total()->advantage(), std::nullopt);
}

TEST_F(LedgerTest, EachLimitStopsExactlyThere) {
  const auto allowed = [&](const SpendLimits& limits) {
    Ledger fresh = *Ledger::open_in_memory(clock);
    int count = 0;
    while (count < 50 && fresh.reserve(entry("a", "cloud", {10}), limits)) ++count;
    return count;
  };
  EXPECT_EQ(allowed({.money_run = Money{45}}), 4);
  EXPECT_EQ(allowed({.money_run = Money{50}}), 5);
  EXPECT_EQ(allowed({.money_day = Money{9}}), 0);
  EXPECT_EQ(allowed({.tokens_day = 330}), 3);
  EXPECT_EQ(allowed({.asks_run = 2}), 2);
  EXPECT_EQ(allowed({}), 50);
}

TEST_F(LedgerTest, ReservationsCountAtTheirMostUntilTheyAreSettled) {
  const SpendLimits limits{.money_day = Money{100}};
  const auto first = ledger.reserve(entry("a", "cloud", {80}), limits);
  ASSERT_TRUE(first);
  EXPECT_EQ(ledger.reserve(entry("b", "cloud", {80}), limits).error().code,
            ErrorCode::kLimitExceeded);
  ASSERT_TRUE(ledger.settle(*first, {50, 5, std::chrono::milliseconds(9), {20}}));
  EXPECT_TRUE(ledger.check(entry("b", "cloud", {80}), limits));
  EXPECT_EQ(ledger.total()->spending.cost, Money{20});
  EXPECT_EQ(ledger.settle(*first, {}).error().code, ErrorCode::kNotFound);
  clock.advance(std::chrono::hours(24)); // another day, another limit
  EXPECT_TRUE(ledger.reserve(entry("c", "cloud", {100}), limits));
}

TEST_F(LedgerTest, LocalWorkTakesNothingFromTheLimits) {
  ASSERT_TRUE(ledger.book(entry("a", "local", {1000}, {2000})));
  EXPECT_TRUE(ledger.reserve(entry("a", "cloud", {10}), {.money_day = Money{10}}));
}

TEST(LedgerFile, LimitsHoldAcrossConnections) {
  const auto path =
      std::filesystem::temp_directory_path() / ("ledger" + std::to_string(::getpid()) + ".sqlite");
  FakeClock clock;
  std::atomic<int> granted{0};
  {
    ASSERT_TRUE(Ledger::open(path, clock));
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        FakeClock own;
        Ledger ledger = *Ledger::open(path, own);
        for (int j = 0; j < 10; ++j) {
          if (ledger.reserve(entry("a", "cloud", {10}), {.money_day = Money{170}})) ++granted;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(granted, 17);
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path.string() + end);
}

} // namespace
} // namespace outpost::agents
