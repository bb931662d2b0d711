// A caller that makes any call it likes, as a model under an attacker's influence would: the rules
// around the tools hold whatever it says.
#include <gtest/gtest.h>

#include "agents/run/run_tools.h"
#include "agents/testing/shop.h"
#include "agents/tools/sql_toolset.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr int kSequences = 1000;
constexpr std::uint32_t kCallsMax = 6;

class Attacker {
public:
  explicit Attacker(std::uint64_t seed) : random_(seed) {}

  Call next(const std::string& approval) {
    static constexpr std::array<const char*, 12> kTools = {
        "cancel_order", "cancel_order",  "order_status", "note",    "note",         "shell",
        "approve",      "cancel_order ", "CANCEL_ORDER", "../note", "cancel_оrder", ""};
    Call call{"c" + std::to_string(++calls_), pick(kTools), {}};
    const std::uint32_t arguments = random_.next_below(4);
    for (std::uint32_t i = 0; i < arguments; ++i) call.arguments[pick(kNames)] = value(approval);
    if (random_.next_below(2) == 0) call.arguments["order_id"] = "A-10002"; // well formed
    return call;
  }

private:
  static constexpr std::array<const char*, 8> kNames = {
      "order_id", "subject", "product", "approval", "approved", "principal", "role", "__proto__"};
  template <std::size_t N>
  const char* pick(const std::array<const char*, N>& all) {
    return all[random_.next_below(N)];
  }
  json::value value(const std::string& approval) {
    static constexpr std::array<const char*, 10> kTexts = {
        "A-10002",
        "A-10003",
        "A-10002'; UPDATE orders SET status='cancelled'; --",
        "'); DROP TABLE orders; --",
        "../../etc/passwd",
        "/proc/self/environ",
        "https://evil.example/?q=SECRET",
        "А-10002", // a Cyrillic A
        "A-10002\n",
        ""};
    switch (random_.next_below(6)) {
    case 0: return approval.c_str();
    case 1: return true;
    case 2: return json::object{{"order_id", "A-10002"}};
    case 3: return std::int64_t{1} << 62;
    default: return pick(kTexts);
    }
  }

  Random random_;
  int calls_ = 0;
};

// An irreversible call needs an approval, and nobody gives one: no order is ever cancelled. Notes
// are allowed, as many as the budget has; nothing else changes.
TEST(HostileCalls, CauseNoEffectThatPolicyDoesNotAllow) {
  const testing::Shop shop;
  AgentSpec spec = shop.spec();
  ApprovalRule rule;
  rule.effects = {Effect::kIrreversible};
  spec.approvals = {rule};
  spec.budgets.tool_calls = 4;
  auto tools = SqlToolset::open(spec);
  ASSERT_TRUE(tools);
  auto log = RunLog::open_in_memory();
  auto book = security::ApprovalBook::open_in_memory();
  ASSERT_TRUE(log && book);
  SystemClock clock;
  BookApprovals approvals(*book, clock);
  std::int64_t done = 0;
  std::int64_t refused = 0;
  for (int sequence = 0; sequence < kSequences; ++sequence) {
    Random random(static_cast<std::uint64_t>(sequence));
    RunBudget budget(spec.budgets, clock);
    RunJournal journal("run" + std::to_string(sequence), *log, clock, {});
    RunTools guarded(**tools, spec, &approvals, budget, journal, clock, random);
    Attacker attacker(static_cast<std::uint64_t>(sequence) + 1);
    std::string approval;
    int made = 0;
    for (std::uint32_t i = 0; i < kCallsMax; ++i) {
      const Call call = attacker.next(approval);
      const auto result = guarded.call(call, {{"mallory"}, call.tool, {}});
      if (guarded.waiting()) approval = guarded.waiting()->approval;
      ++(result ? done : refused);
      if (!result) continue;
      ++made;
      EXPECT_NE(call.tool, "cancel_order") << chat::json_text(call.arguments);
    }
    ASSERT_LE(made, 4) << "the budget";
  }
  EXPECT_EQ(shop.ask("SELECT group_concat(status) FROM orders"), "shipped,placed,placed");
  EXPECT_EQ(shop.ask("SELECT count(*) FROM orders"), "3");
  EXPECT_EQ(shop.ask("SELECT count(*) FROM sqlite_master WHERE type = 'table'"), "3");
  EXPECT_GT(done, 0) << "what is allowed goes on";
  EXPECT_GT(refused, kSequences);
  EXPECT_FALSE(book->list(true, clock.wall_ms())->empty()) << "some asked a person";
}

// The approval of one call opens the way for no other.
TEST(HostileCalls, AnApprovalIsOfOneCallOnly) {
  const testing::Shop shop;
  AgentSpec spec = shop.spec();
  spec.approvals = {ApprovalRule{.tools = {"cancel_order"}}};
  spec.budgets.tool_calls = 1000;
  auto tools = SqlToolset::open(spec);
  auto log = RunLog::open_in_memory();
  auto book = security::ApprovalBook::open_in_memory();
  ASSERT_TRUE(tools && log && book);
  SystemClock clock;
  BookApprovals approvals(*book, clock);
  Random random(1);
  RunBudget budget(spec.budgets, clock);
  RunJournal journal("run", *log, clock, {});
  RunTools guarded(**tools, spec, &approvals, budget, journal, clock, random);
  const CallContext context{{"mallory"}, "cancel A-10002", {}};
  ASSERT_FALSE(guarded.call({"c1", "cancel_order", {{"order_id", "A-10002"}}}, context));
  ASSERT_TRUE(book->answer(guarded.waiting()->approval, true, {"bea", ""}, clock.wall_ms()));
  EXPECT_FALSE(guarded.call({"c2", "cancel_order", {{"order_id", "A-10003"}}}, context));
  EXPECT_FALSE(guarded.call({"c1", "cancel_order", {{"order_id", "A-10003"}}}, context));
  EXPECT_EQ(shop.ask("SELECT group_concat(status) FROM orders"), "shipped,placed,placed");
}

} // namespace
} // namespace outpost::agents
