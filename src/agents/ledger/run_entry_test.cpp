#include <gtest/gtest.h>

#include "agents/ledger/run_entry.h"

namespace outpost::agents {
namespace {

const Prices kPrices{{1'000'000'000}, {2'000'000'000}}; // 1 and 2 a million

TEST(RunEntry, ElsewhereEachCallIsAPassOverEverything) {
  const RunText answer_only{.standing_bytes = 4000, .request_bytes = 40, .answer_bytes = 80};
  EXPECT_EQ(spending_elsewhere(answer_only, kPrices).prompt_tokens, 1010U);
  EXPECT_EQ(spending_elsewhere(answer_only, kPrices).completion_tokens, 20U);
  RunText two_calls = answer_only;
  two_calls.tool_calls = 2;
  const Spending spending = spending_elsewhere(two_calls, kPrices);
  EXPECT_EQ(spending.prompt_tokens, 3 * 1010U + 3 * 30);
  EXPECT_EQ(spending.completion_tokens, 2 * 30 + 20U);
  EXPECT_EQ(spending.cost, cost_of(3120, 80, kPrices));
}

TEST(RunEntry, HasPricesOnlyWhereTheFileNamesThem) {
  AgentSpec spec;
  spec.name = "desk";
  const RunUsage usage{1, 1, 500, std::chrono::milliseconds(40)};
  LedgerEntry entry = entry_of_run(spec, {}, "r1", "ann", "where is it", "there", usage);
  EXPECT_TRUE(entry.closes_run);
  EXPECT_EQ(entry.spending.prompt_tokens, 500U);
  EXPECT_EQ(entry.elsewhere, Money{});
  spec.escalation.emplace();
  spec.escalation->compared_with = kPrices;
  spec.escalation->local = {{10'000'000}, {}};
  entry = entry_of_run(spec, {}, "r1", "ann", "where is it", "there", usage);
  EXPECT_GT(entry.elsewhere, Money{});
  EXPECT_EQ(entry.spending.cost, Money{500 * 10});
}

} // namespace
} // namespace outpost::agents
