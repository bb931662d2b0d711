#include <gtest/gtest.h>

#include "agents/outbox/outbox.h"

namespace outpost::agents {
namespace {

using std::chrono::milliseconds;

OutboxMessage message(const std::string& key, const std::string& order = "",
                      bool repeatable = true) {
  return {.agent = "desk",
          .principal = "ann",
          .tool = "send",
          .arguments = R"({"number":1})",
          .request = "send it",
          .order_key = order,
          .idempotency_key = key,
          .repeatable = repeatable};
}

struct OutboxTest : testing::Test {
  FakeClock clock;
  Outbox outbox = *Outbox::open_in_memory(clock, {.items_max = 3});
  OutboxState state(const std::string& id) { return outbox.show(id)->state; }
};

TEST_F(OutboxTest, TheSameWishIsTheSameItem) {
  const auto first = outbox.put(message("k"));
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->id, "d1");
  EXPECT_EQ(outbox.put(message("k"))->id, "d1");
  EXPECT_EQ(outbox.put(message("other"))->id, "d2");
  const OutboxItem shown = *outbox.show("d1");
  EXPECT_EQ(shown.message.principal, "ann");
  EXPECT_EQ(shown.message.arguments, R"({"number":1})");
  EXPECT_EQ(shown.message.request, "send it");
  EXPECT_TRUE(shown.message.repeatable);
}

TEST_F(OutboxTest, AFullOutboxRefuses) {
  for (const char* key : {"1", "2", "3"}) ASSERT_TRUE(outbox.put(message(key)));
  EXPECT_EQ(outbox.put(message("4")).error().code, ErrorCode::kResourceExhausted);
  EXPECT_TRUE(outbox.put(message("2"))); // it is there already
  ASSERT_TRUE(outbox.finish(**outbox.claim_next("desk"), "sent"));
  EXPECT_TRUE(outbox.put(message("4")));
}

TEST_F(OutboxTest, WhatIsTooBigOrHasNoKeyIsRefused) {
  OutboxMessage big = message("k");
  big.arguments.assign(70'000, 'x');
  EXPECT_EQ(outbox.put(big).error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(outbox.put(message("")).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(OutboxTest, ItemsOfOneKeyWaitForEachOther) {
  ASSERT_TRUE(outbox.put(message("a1", "a")));
  ASSERT_TRUE(outbox.put(message("a2", "a")));
  ASSERT_TRUE(outbox.put(message("b1", "b")));
  EXPECT_FALSE(*outbox.claim("d2")); // not its turn
  const auto a1 = *outbox.claim_next("desk");
  EXPECT_EQ(a1->id, "d1");
  EXPECT_EQ((*outbox.claim_next("desk"))->id, "d3");
  EXPECT_FALSE(*outbox.claim_next("desk"));
  ASSERT_TRUE(outbox.leave_in_doubt(*a1, "cut", milliseconds(1000)));
  EXPECT_FALSE(*outbox.claim_next("desk")); // the first of its key waits, and so does the second
  clock.advance(milliseconds(1000));
  ASSERT_TRUE(outbox.finish(**outbox.claim_next("desk"), "sent"));
  EXPECT_EQ((*outbox.claim_next("desk"))->id, "d2");
  EXPECT_EQ(state("d1"), OutboxState::kDone);
}

TEST_F(OutboxTest, DoubtIsTriedAgainOnlyWhereThatIsSafe) {
  ASSERT_TRUE(outbox.put(message("once", "", false)));
  ASSERT_TRUE(outbox.put(message("again")));
  const auto once = **outbox.claim_next("desk");
  const auto again = **outbox.claim_next("desk");
  ASSERT_TRUE(outbox.leave_in_doubt(once, "cut", milliseconds(0)));
  ASSERT_TRUE(outbox.leave_in_doubt(again, "cut", milliseconds(0)));
  EXPECT_EQ(state("d1"), OutboxState::kUnknown);
  EXPECT_EQ(state("d2"), OutboxState::kWaiting);
  EXPECT_EQ((*outbox.claim_next("desk"))->id, "d2");
  EXPECT_FALSE(*outbox.claim_next("desk"));
  EXPECT_TRUE(outbox.drop("d1", "looked: it did not arrive"));
  EXPECT_EQ(outbox.show("d1")->reason, "looked: it did not arrive");
}

TEST_F(OutboxTest, WhatADeadSenderTookIsSortedOut) {
  ASSERT_TRUE(outbox.put(message("once", "", false)));
  ASSERT_TRUE(outbox.put(message("again")));
  const auto once = **outbox.claim_next("desk");
  const auto dead = **outbox.claim_next("desk");
  clock.advance(std::chrono::minutes(3));
  const auto taken = **outbox.claim_next("desk");
  EXPECT_EQ(taken.id, "d2");
  EXPECT_EQ(taken.attempts, 2U);
  EXPECT_EQ(state("d1"), OutboxState::kUnknown);
  // The first sender was only slow: it has no say in an item that others hold ...
  EXPECT_EQ(outbox.finish(dead, "sent").error().code, ErrorCode::kConflict);
  EXPECT_TRUE(outbox.finish(taken, "sent"));
  // ... but knows better where nobody does.
  EXPECT_TRUE(outbox.finish(once, "sent"));
  EXPECT_EQ(state("d1"), OutboxState::kDone);
}

TEST_F(OutboxTest, ItemsExpireAndSaySo) {
  OutboxMessage soon = message("k");
  soon.expires_after = milliseconds(10);
  ASSERT_TRUE(outbox.put(soon));
  clock.advance(milliseconds(10));
  EXPECT_FALSE(*outbox.claim_next("desk"));
  EXPECT_EQ(state("d1"), OutboxState::kExpired);
  EXPECT_EQ(outbox.show("d1")->reason, "not sent in time");
  clock.advance(std::chrono::hours(24 * 31));
  EXPECT_FALSE(*outbox.claim_next("desk"));
  EXPECT_EQ(outbox.show("d1").error().code, ErrorCode::kNotFound); // long ended
}

TEST_F(OutboxTest, WhatIsBeingSentCannotBeDropped) {
  ASSERT_TRUE(outbox.put(message("a")));
  ASSERT_TRUE(outbox.put(message("b")));
  ASSERT_TRUE(outbox.claim("d1"));
  EXPECT_EQ(outbox.drop("d1", "no").error().code, ErrorCode::kConflict);
  EXPECT_TRUE(outbox.drop("d2", "no"));
  EXPECT_EQ(outbox.drop("d2", "no").error().code, ErrorCode::kConflict);
  for (const char* id : {"", "d", "d9", "x1", "d1x", "1", "d-1"}) {
    EXPECT_EQ(outbox.show(id).error().code, ErrorCode::kNotFound) << id;
  }
  EXPECT_EQ(outbox.list()->size(), 2U);
  EXPECT_EQ(outbox.list(OutboxState::kDropped)->size(), 1U);
  EXPECT_EQ(*outbox.count(OutboxState::kSending), 1U);
}

} // namespace
} // namespace outpost::agents
