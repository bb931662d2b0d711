// What docs/agents.md says of routing, at the least.
#include <gtest/gtest.h>

#include "intent_set.h"

namespace outpost::test_support {
namespace {

TEST(RouteIntents, HeldOutRequestsFindTheirAgent) {
  const IntentSet set =
      read_intent_set(OUTPOST_SOURCE_DIR "/tests/data/intents/intents.jsonl");
  ASSERT_EQ(set.routes.size(), 10U);
  const RouteFigures figures =
      measure_routes(agents::Router(set.routes), set.held_out, nullptr);
  EXPECT_EQ(figures.in_scope, 60);
  EXPECT_EQ(figures.out_of_scope, 40);
  EXPECT_GE(figures.right, 35);
  EXPECT_GE(figures.auroc, 0.78);
}

} // namespace
} // namespace outpost::test_support
