#include <vector>

#include <gtest/gtest.h>

#include "api/gate.h"

namespace outpost::api {
namespace {

// Work that runs until it is let go, and notes the order in which it began.
class GateTest : public ::testing::Test {
protected:
  // What a Gate of one slot does with tickets that come while it is busy, until let_go().
  void occupy() {
    {
      const std::lock_guard lock(mutex_);
      is_let_go_ = false;
    }
    submit("busy", {}, true);
  }

  std::optional<GateRefusal> submit(const std::string& principal, const std::string& name = {},
                                    bool waits = false, std::int32_t priority = 0,
                                    std::uint32_t slots = 1,
                                    chat::WorkClass work_class = chat::WorkClass::kInteractive) {
    Ticket ticket;
    ticket.work_class = work_class;
    ticket.principal = principal;
    ticket.priority = priority;
    ticket.slots = slots;
    ticket.cancel = cancel_.token();
    ticket.run = [this, name, waits] {
      std::unique_lock lock(mutex_);
      began_.push_back(name);
      changed_.notify_all();
      if (waits) changed_.wait(lock, [this] { return is_let_go_; });
    };
    return gate_->submit(std::move(ticket));
  }

  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(5), [&] { return began_.size() >= count; });
    return began_;
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    is_let_go_ = true;
    changed_.notify_all();
  }

  SystemClock clock_;
  CancelSource cancel_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> began_;
  bool is_let_go_ = false;
  std::unique_ptr<Gate> gate_ = std::make_unique<Gate>(
      GateLimits{.slots = 1, .waiting_max = 6, .waiting_per_principal_max = 4}, clock_);
};

TEST_F(GateTest, SharesBetweenPrincipalsAndOrdersWithinOne) {
  occupy();
  wait_for(1);
  for (const char* name : {"a1", "a2", "a3"}) EXPECT_FALSE(submit("a", name));
  EXPECT_FALSE(submit("b", "b1"));
  EXPECT_FALSE(submit("b", "b0", false, -1)); // its principal's more urgent one
  EXPECT_EQ(gate_->waiting(), 5u);
  let_go();
  // Nothing else runs, so the first that came goes first each time; b's own order is by priority.
  EXPECT_EQ(wait_for(6), (std::vector<std::string>{"", "a1", "a2", "a3", "b0", "b1"}));
}

TEST_F(GateTest, TheFirstClassGoesFirst) {
  using chat::WorkClass;
  occupy();
  wait_for(1);
  submit("night", "background", false, 0, 1, WorkClass::kBackground);
  submit("import", "batch", false, 0, 1, WorkClass::kBatch);
  submit("desk", "interactive");
  let_go();
  EXPECT_EQ(wait_for(4), (std::vector<std::string>{"", "interactive", "batch", "background"}));
}

TEST_F(GateTest, PlacesAreKeptForTheFirstClass) {
  using chat::WorkClass;
  gate_ = std::make_unique<Gate>(GateLimits{.slots = 4, .waiting_max = 20}, clock_);
  for (int i = 0; i < 4; ++i) submit("night", "night", true, 0, 1, WorkClass::kBackground);
  wait_for(2);
  EXPECT_EQ(gate_->running(), 2u);
  for (int i = 0; i < 2; ++i) submit("desk", "desk", true);
  EXPECT_EQ(wait_for(4), (std::vector<std::string>{"night", "night", "desk", "desk"}));
  let_go();
}

TEST_F(GateTest, WhoeverHasWaitedLongMovesUpAClass) {
  FakeClock clock;
  gate_ = std::make_unique<Gate>(GateLimits{.slots = 1, .waiting_max = 6}, clock);
  occupy();
  wait_for(1);
  submit("night", "old", false, 0, 1, chat::WorkClass::kBackground);
  clock.advance(std::chrono::seconds(61));
  submit("desk", "new");
  let_go();
  EXPECT_EQ(wait_for(3), (std::vector<std::string>{"", "old", "new"}));
  gate_.reset(); // before its clock
}

TEST_F(GateTest, APrincipalWithNothingRunningGoesFirst) {
  gate_ = std::make_unique<Gate>(GateLimits{.slots = 2, .waiting_max = 6}, clock_);
  submit("a", "a1", true);
  wait_for(1);
  submit("c", "c1", true, 0, 2); // needs both slots: nobody overtakes it
  submit("b", "b1");
  EXPECT_EQ(gate_->running(), 1u);
  EXPECT_EQ(gate_->waiting(), 2u);
  let_go();
  EXPECT_EQ(wait_for(3), (std::vector<std::string>{"a1", "c1", "b1"}));
}

TEST_F(GateTest, RefusesWhatIsTooMuchWithATime) {
  occupy();
  wait_for(1);
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(submit("a"));
  const auto own = submit("a");
  ASSERT_TRUE(own);
  EXPECT_TRUE(own->is_own_limit);
  EXPECT_FALSE(submit("b"));
  EXPECT_FALSE(submit("b"));
  const auto all = submit("c");
  ASSERT_TRUE(all);
  EXPECT_FALSE(all->is_own_limit);
  EXPECT_GE(all->retry_after.count(), 1);
  let_go();
}

TEST_F(GateTest, RefusesWhatWouldWaitTooLong) {
  gate_ = std::make_unique<Gate>(
      GateLimits{.slots = 1, .waiting_time_max = std::chrono::milliseconds(0)}, clock_);
  occupy();
  wait_for(1);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(submit("a", "a")); // no pace is known yet
  let_go();
  wait_for(4);
  occupy();
  wait_for(5);
  EXPECT_FALSE(submit("a")); // the first in line waits for what runs only
  const auto refused = submit("a");
  ASSERT_TRUE(refused);
  EXPECT_FALSE(refused->is_own_limit);
  let_go();
}

TEST_F(GateTest, TokensThatWaitTellHowLongAnotherWouldWait) {
  FakeClock clock;
  gate_ = std::make_unique<Gate>(GateLimits{.slots = 1, .waiting_max = 20}, clock);
  EXPECT_EQ(gate_->likely_tokens(0, 500), 500u); // nothing is known yet
  gate_->learn_length(20);
  EXPECT_EQ(gate_->likely_tokens(0, 500), 41u);
  EXPECT_EQ(gate_->likely_tokens(200, 8), 18u);
  // Ten answers of 100 tokens, a second each.
  const auto submit_one = [&](std::uint32_t tokens, std::optional<std::chrono::nanoseconds> until) {
    Ticket ticket;
    ticket.principal = "a";
    ticket.tokens = tokens;
    ticket.deadline = until;
    ticket.run = [this, &clock] {
      clock.advance(std::chrono::seconds(1));
      std::unique_lock lock(mutex_);
      began_.emplace_back();
      changed_.notify_all();
    };
    return gate_->submit(std::move(ticket));
  };
  occupy();
  wait_for(1);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(submit_one(100, std::nullopt));
  let_go();
  wait_for(11);
  occupy();
  wait_for(12);
  EXPECT_FALSE(submit_one(500, std::nullopt)); // five seconds of work
  const auto now = clock.monotonic();
  const auto refused = submit_one(1, now + std::chrono::seconds(4));
  ASSERT_TRUE(refused);
  EXPECT_NEAR(static_cast<double>(refused->retry_after.count()), 5.5, 0.6); // rounded up
  EXPECT_FALSE(submit_one(1, now + std::chrono::seconds(6)));
  let_go();
  gate_.reset(); // before its clock
}

TEST_F(GateTest, ThoseWhoLeftHoldNoPlaces) {
  FakeClock clock;
  gate_ = std::make_unique<Gate>(
      GateLimits{.slots = 1, .waiting_max = 6, .waiting_per_principal_max = 4}, clock);
  occupy();
  wait_for(1);
  for (int i = 0; i < 4; ++i) submit("a");
  for (int i = 0; i < 2; ++i) submit("b");
  ASSERT_TRUE(submit("c"));
  ASSERT_TRUE(gate_->refuses("c"));
  cancel_.cancel();
  clock.advance(std::chrono::seconds(1)); // looked for now and then only
  EXPECT_FALSE(gate_->refuses("c"));
  EXPECT_FALSE(submit("c"));
  EXPECT_EQ(gate_->waiting(), 1u);
  let_go();
  gate_.reset(); // before its clock
}

TEST_F(GateTest, WhatWaitsAtTheEndIsDroppedUnrun) {
  occupy();
  wait_for(1);
  auto held = std::make_shared<int>(1);
  Ticket ticket;
  ticket.run = [held] { ADD_FAILURE() << "was run"; };
  ASSERT_FALSE(gate_->submit(std::move(ticket)));
  EXPECT_GT(held.use_count(), 1);
  platform::ThreadGroup ender(1, [this](std::size_t) { gate_.reset(); });
  while (held.use_count() > 1) std::this_thread::yield();
  let_go();
}

} // namespace
} // namespace outpost::api
