// A line that is cut at random points: every request has an outcome, nothing is lost, nothing is
// done twice, order holds.
#include <algorithm>

#include <gtest/gtest.h>

#include "agents/outbox/deferring_toolset.h"
#include "agents/outbox/simulated_line.h"
#include "agents/tools/policy/permission_toolset.h"

namespace outpost::agents {
namespace {

using Cut = SimulatedLine::Cut;

struct Desk {
  explicit Desk(std::uint64_t seed, const OutboxLimits& limits = {})
      : outbox(*Outbox::open_in_memory(clock, limits)),
        line(*SimulatedLine::open_in_memory([this] { return cut(); })),
        probe([this] { return up; }, clock, seed),
        courier(
            outbox, probe, "desk",
            [this](const OutboxItem& item, const CancelToken& cancel) {
              return call_item(*line, item, cancel);
            },
            seed),
        tools(*line, outbox, courier, "desk",
              {{"send", {.repeatable = true, .order_parameter = "box"}},
               {"pay", {.order_parameter = ""}},
               {"look", {}}},
              seed) {}

  // The line goes down before the call arrives, or after it and before its answer does.
  Cut cut() {
    if (!up) return Cut::kBefore;
    if (calls_until_cut == 0 || --calls_until_cut != 0) return Cut::kNone;
    up = false;
    return next_cut;
  }
  Result<ToolResult> call(const std::string& tool, std::int64_t number, const std::string& key) {
    const Call call{"c1", tool, {{"box", number % 7}, {"number", number}}};
    return tools.call(call, {{"ann"}, "please", {}, key});
  }
  void restore_and_deliver() {
    up = true;
    for (int i = 0; i < 20; ++i) {
      clock.advance(std::chrono::minutes(15)); // beyond what a probe and a wait may last
      ASSERT_TRUE(courier.deliver(CancelToken()));
    }
  }

  FakeClock clock;
  bool up = true;
  std::uint32_t calls_until_cut = 0; // 0: it holds
  Cut next_cut = Cut::kBefore;
  Outbox outbox;
  std::unique_ptr<SimulatedLine> line;
  remote::ConnectionProbe probe;
  Courier courier;
  DeferringToolset tools;
};

struct Counts {
  int done = 0, deferred = 0, refused = 0, unknown = 0;
};

void expect_once(Desk& desk, int tasks) {
  const auto items = *desk.outbox.list({}, 1000);
  for (const OutboxItem& item : items) {
    const auto effects = desk.line->effects(item.message.idempotency_key);
    SCOPED_TRACE(item.id + " " + item.message.tool + " " + std::string(to_string(item.state)));
    if (item.message.repeatable) {
      EXPECT_EQ(item.state, OutboxState::kDone);
      EXPECT_EQ(effects, 1);
    } else if (item.state == OutboxState::kUnknown) {
      EXPECT_LE(effects, 1);
    } else {
      EXPECT_EQ(item.state, OutboxState::kDone);
      EXPECT_EQ(effects, 1);
    }
  }
  for (int box = 0; box < 7; ++box) {
    const auto numbers = desk.line->numbers(box);
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  }
  EXPECT_EQ(items.size(), static_cast<std::size_t>(tasks));
}

TEST(CutLine, AHundredTasksCutAtEachOfAHundredPoints) {
  constexpr int kTasks = 100;
  Counts counts;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Desk desk(seed);
    desk.calls_until_cut = static_cast<std::uint32_t>(seed);
    desk.next_cut = random.next_below(2) == 0 ? Cut::kBefore : Cut::kAfter;
    int effects = 0;
    for (int i = 0; i < kTasks; ++i) {
      const std::string tool = std::array{"send", "pay", "look"}[random.next_below(3)];
      if (tool != "look") ++effects;
      const auto result = desk.call(tool, i, "task" + std::to_string(i));
      if (!result) {
        ASSERT_EQ(result.error().code, ErrorCode::kUnavailable) << result.error().message;
        ++(tool == "look" ? counts.refused : counts.unknown);
      } else if (result->outcome == ToolResult::Outcome::kDeferred) {
        ASSERT_TRUE(desk.outbox.show(std::string(result->content.at("deferred").get_string())));
        ++counts.deferred;
      } else {
        ASSERT_EQ(result->outcome, ToolResult::Outcome::kDone);
        ++counts.done;
      }
      desk.clock.advance(std::chrono::seconds(random.next_below(20)));
      if (random.next_below(40) == 0) desk.up = true; // the line comes back now and then
    }
    desk.restore_and_deliver();
    expect_once(desk, effects);
  }
  EXPECT_EQ(counts.done + counts.deferred + counts.refused + counts.unknown, 100 * kTasks);
  EXPECT_GT(counts.done, 1000);
  EXPECT_GT(counts.deferred, 1000);
  EXPECT_GT(counts.refused, 100);
  EXPECT_GT(counts.unknown, 10);
}

TEST(CutLine, ADayOfflineIsDeliveredOnceAndInOrder) {
  constexpr int kMessages = 2000;
  Desk desk(1, {.items_max = kMessages});
  desk.up = false;
  for (int i = 0; i < kMessages; ++i) {
    const auto result = desk.call("send", i, "m" + std::to_string(i));
    ASSERT_TRUE(result);
    ASSERT_EQ(result->outcome, ToolResult::Outcome::kDeferred);
    desk.clock.advance(std::chrono::milliseconds(86'400'000 / kMessages));
  }
  EXPECT_EQ(desk.call("send", 0, "one too many").error().code, ErrorCode::kResourceExhausted);
  desk.up = true;
  desk.clock.advance(std::chrono::minutes(5));
  const auto delivered = desk.courier.deliver(CancelToken());
  ASSERT_TRUE(delivered);
  EXPECT_EQ(delivered->done, static_cast<std::uint32_t>(kMessages));
  EXPECT_EQ(*desk.outbox.count(OutboxState::kDone), static_cast<std::uint32_t>(kMessages));
  std::size_t arrived = 0;
  for (int box = 0; box < 7; ++box) {
    const auto numbers = desk.line->numbers(box);
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
    arrived += numbers.size();
  }
  EXPECT_EQ(arrived, static_cast<std::size_t>(kMessages));
}

TEST(CutLine, AskingAgainForTheSameIsTheSame) {
  Desk desk(1);
  desk.up = false;
  const auto first = desk.call("send", 1, "k");
  desk.up = true;
  desk.clock.advance(std::chrono::minutes(5));
  const auto second = desk.call("send", 1, "k"); // sent now
  EXPECT_EQ(first->outcome, ToolResult::Outcome::kDeferred);
  EXPECT_EQ(second->outcome, ToolResult::Outcome::kDone);
  EXPECT_EQ(desk.call("send", 1, "k")->outcome, ToolResult::Outcome::kDone);
  EXPECT_EQ(desk.line->effects("k"), 1);
}

TEST(CutLine, WhatPolicyDeniesWaitsForNoLine) {
  Desk desk(1);
  desk.up = false;
  PermissionsSection nobody;
  nobody.is_given = true;
  PermissionToolset permitted(*desk.line, nobody);
  DeferringToolset tools(permitted, desk.outbox, desk.courier, "desk", {{"send", {}}}, 1, nobody);
  const auto denied =
      tools.call({"c1", "send", {{"box", 1}, {"number", 1}}}, {{"ann"}, "x", {}, "k"});
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().code, ErrorCode::kPermissionDenied);
  EXPECT_TRUE(desk.outbox.list({}, 10)->empty());
}

TEST(CutLine, WhatExpiredIsRefusedWithAReason) {
  Desk desk(1);
  desk.up = false;
  ASSERT_TRUE(desk.call("send", 1, "k"));
  desk.up = true;
  desk.clock.advance(std::chrono::hours(24 * 8));
  ASSERT_TRUE(desk.courier.deliver(CancelToken()));
  const auto again = desk.call("send", 1, "k");
  EXPECT_EQ(again->outcome, ToolResult::Outcome::kRefused);
  EXPECT_EQ(again->statement, "It was not done: not sent in time.");
  EXPECT_EQ(desk.line->effects("k"), 0);
}

} // namespace
} // namespace outpost::agents
