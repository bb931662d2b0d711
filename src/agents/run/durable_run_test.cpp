// Runs that are cut off, wait and go on: nothing lost, nothing done twice, always an outcome.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "agents/agent.h"
#include "agents/testing/shop.h"
#include "agents/tools/sql_toolset.h"
#include "chat/fake_model.h"

namespace outpost::agents {
namespace {

// Where a process dies: after so many events are on the disk, before or after a tool's effect.
struct Death {
  enum class Place { kEvent, kBeforeEffect, kAfterEffect };
  Place place = Place::kEvent;
  int after = 0;
};

[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  ::_exit(1); // never reached
}

class MortalToolset final : public WrapperToolset {
public:
  MortalToolset(Toolset& inner, const Death& death) : WrapperToolset(inner), death_(death) {}
  Result<ToolResult> call(const Call& call, const CallContext& context) override {
    if (death_.place == Death::Place::kBeforeEffect && ++calls_ == death_.after) die();
    auto result = WrapperToolset::call(call, context);
    if (death_.place == Death::Place::kAfterEffect && ++calls_ == death_.after) die();
    return result;
  }

private:
  Death death_;
  int calls_ = 0;
};

class DurableRunTest : public ::testing::Test {
protected:
  struct Life { // of a process
    explicit Life(const DurableRunTest& test, const AgentSpec& spec, const Death& death = {})
        : log(*RunLog::open(test.shop->folder() / "runs.sqlite")),
          book(*security::ApprovalBook::open(test.shop->folder() / "approvals.sqlite")),
          tools(*SqlToolset::open(spec)), mortal(*tools, death) {
      AgentParts parts{model, mortal, log, clock, 7};
      parts.approvals = &approvals;
      agent = *Agent::open(spec, parts);
    }
    chat::FakeModel model{{{" broken kettle", {}, {}}, {" broken kettle", {}, {}}},
                          [](const auto&) { return -5.0; }};
    SystemClock clock;
    RunLog log;
    security::ApprovalBook book;
    BookApprovals approvals{book, clock};
    std::unique_ptr<SqlToolset> tools;
    MortalToolset mortal;
    std::unique_ptr<Agent> agent;
  };

  [[nodiscard]] AgentSpec guarded_spec() const {
    AgentSpec spec = shop->spec();
    ApprovalRule rule;
    rule.effects = {Effect::kIrreversible};
    spec.approvals = {rule};
    return spec;
  }

  // Runs the request in a process that dies; false: it lived to the end.
  bool dies(const std::string& request, const AgentSpec& spec, const Death& death) {
    const pid_t child = ::fork();
    if (child == 0) {
      Life life(*this, spec, death);
      Session session;
      RunOptions options;
      int events = 0;
      options.observer = [&](const RunEvent&) {
        if (death.place == Death::Place::kEvent && ++events == death.after) die();
      };
      static_cast<void>(life.agent->run(session, request, options));
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFSIGNALED(status);
  }

  std::unique_ptr<testing::Shop> shop = std::make_unique<testing::Shop>();
};

struct Task {
  const char* request;
  const char* effect; // a query that counts it
  int events;         // more than it writes
};

class CutOffRunTest : public DurableRunTest, public ::testing::WithParamInterface<Task> {};

TEST_P(CutOffRunTest, EndsOnceAndDoesNothingTwice) {
  const Task& task = GetParam();
  int deaths = 0;
  int unknown = 0;
  for (const auto place :
       {Death::Place::kEvent, Death::Place::kBeforeEffect, Death::Place::kAfterEffect}) {
    for (int after = 1; after <= (place == Death::Place::kEvent ? task.events : 2); ++after) {
      shop = std::make_unique<testing::Shop>();
      const AgentSpec spec = shop->spec();
      if (!dies(task.request, spec, {place, after})) continue;
      ++deaths;
      Life life(*this, spec);
      const auto runs = life.log.list(1);
      ASSERT_TRUE(runs);
      ASSERT_EQ(runs->size(), 1u) << "the request is on the disk";
      const std::string id = runs->front().id;
      if (runs->front().state == "unfinished") {
        const auto outcome = life.agent->resume(id, {});
        ASSERT_TRUE(outcome) << outcome.error().message;
      }
      const auto summary = life.log.summary(id);
      EXPECT_TRUE(summary->state == "done" || summary->state == "failed") << summary->state;
      EXPECT_FALSE(summary->answer.empty());
      unknown += static_cast<int>(summary->unknown_calls);
      const std::string count = shop->ask(task.effect);
      EXPECT_LE(count, "1") << "done twice after " << after;
      if (summary->state == "done") {
        EXPECT_EQ(count, "1");
      }
      EXPECT_EQ(life.agent->resume(id, {}).error().code, ErrorCode::kConflict);
      const auto replay = life.agent->replay(id);
      ASSERT_TRUE(replay) << replay.error().message;
      EXPECT_TRUE(replay->is_same && replay->is_whole) << replay->difference;
    }
  }
  EXPECT_GE(deaths, 6);
  RecordProperty("deaths", deaths);
  RecordProperty("unknown", unknown);
}

INSTANTIATE_TEST_SUITE_P(
    All, CutOffRunTest,
    ::testing::Values(
        Task{"Where is order A-10001?", "SELECT 1", 10},
        Task{"Has order A-10001 been shipped? And how much is the copper kettle?", "SELECT 1", 16},
        Task{"Please cancel order A-10002",
             "SELECT count(*) FROM orders WHERE status = 'cancelled'", 10},
        Task{"I want to complain: the kettle I got is broken", "SELECT count(*) FROM notes", 12}));

// Two processes go on with one run: who came first has the claim, and the other does not begin.
TEST_F(DurableRunTest, OfTwoThatGoOnWithARunOneDoes) {
  int met = 0;
  for (int meeting = 1; meeting <= 6; ++meeting) {
    SCOPED_TRACE(meeting);
    shop = std::make_unique<testing::Shop>();
    const AgentSpec spec = shop->spec();
    ASSERT_TRUE(dies("Please cancel order A-10002", spec, {Death::Place::kEvent, 2}));
    Life first(*this, spec);
    Life second(*this, spec);
    const std::string id = first.log.list(1)->front().id;
    int events = 0;
    std::optional<Result<RunOutcome>> of_second;
    RunOptions options;
    options.observer = [&](const RunEvent&) {
      if (++events == meeting) of_second = second.agent->resume(id, {});
    };
    const auto of_first = first.agent->resume(id, options);
    if (!of_second) continue; // the run had no such event
    ++met;
    EXPECT_TRUE(of_first) << of_first.error().message;
    ASSERT_FALSE(*of_second);
    EXPECT_EQ(of_second->error().code, ErrorCode::kConflict);
    EXPECT_EQ(shop->ask("SELECT count(*) FROM orders WHERE status = 'cancelled'"), "1");
    EXPECT_NE(first.log.summary(id)->state, "unfinished");
  }
  EXPECT_GE(met, 4);
}

// A run at work looks like one that was cut off, to its log: only the claim tells them apart.
TEST_F(DurableRunTest, NobodyGoesOnWithARunThatIsAtWork) {
  const AgentSpec spec = shop->spec();
  Life first(*this, spec);
  Life second(*this, spec);
  int refused = 0;
  RunOptions options;
  options.observer = [&](const RunEvent& event) {
    const auto resumed = second.agent->resume(event.run_id, {});
    if (!resumed && resumed.error().code == ErrorCode::kConflict) ++refused;
  };
  Session session;
  const auto outcome = first.agent->run(session, "Please cancel order A-10002", options);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->end, RunEnd::kDone);
  EXPECT_GE(refused, 5);
  EXPECT_EQ(first.log.summary(outcome->run_id)->unknown_calls, 0u);
}

// The record has room for one of two that write it, so whoever stops a run at work is heard before
// its next step.
TEST_F(DurableRunTest, ARunAtWorkIsStoppedFromAnotherPlace) {
  const AgentSpec spec = shop->spec();
  Life first(*this, spec);
  Life second(*this, spec);
  CancelSource cancelled;
  cancelled.cancel();
  std::optional<Result<RunOutcome>> of_second;
  RunOptions options;
  options.observer = [&](const RunEvent& event) {
    if (!of_second) of_second = second.agent->resume(event.run_id, {{}, cancelled.token(), {}});
  };
  Session session;
  EXPECT_FALSE(first.agent->run(session, "Please cancel order A-10002", options));
  ASSERT_TRUE(of_second && *of_second);
  EXPECT_EQ((*of_second)->end, RunEnd::kCancelled);
  EXPECT_EQ(shop->ask("SELECT status FROM orders WHERE id = 'A-10002'"), "placed");
}

TEST_F(DurableRunTest, WaitsForAnApprovalAcrossRestarts) {
  const AgentSpec spec = guarded_spec();
  std::string run;
  std::string approval;
  {
    Life life(*this, spec);
    Session session;
    RunOptions options;
    options.principal.value = "ann";
    const auto outcome = life.agent->run(session, "Please cancel order A-10002", options);
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->end, RunEnd::kWaiting);
    run = outcome->run_id;
    approval = outcome->waits_for;
    EXPECT_EQ(life.log.summary(run)->state, "waiting");
  }
  Life life(*this, spec);
  EXPECT_EQ(life.agent->resume(run, {})->end, RunEnd::kWaiting);
  EXPECT_EQ(shop->ask("SELECT status FROM orders WHERE id = 'A-10002'"), "placed");
  const std::int64_t now = life.clock.wall_ms();
  EXPECT_FALSE(life.book.answer(approval, true, {"ann", ""}, now)) << "ann asked for it herself";
  ASSERT_TRUE(life.book.answer(approval, true, {"bea", ""}, now));
  const auto done = life.agent->resume(run, {});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->end, RunEnd::kDone);
  EXPECT_EQ(done->text, "Order A-10002 is cancelled.");
  EXPECT_EQ(shop->ask("SELECT status FROM orders WHERE id = 'A-10002'"), "cancelled");
  EXPECT_EQ(life.book.find(approval, now)->state, security::ApprovalState::kUsed);
  const auto replay = life.agent->replay(run);
  EXPECT_TRUE(replay->is_same && replay->is_whole) << replay->difference;
}

TEST_F(DurableRunTest, NobodyIsAskedAboutWhatIsNotPermitted) {
  AgentSpec spec = guarded_spec();
  spec.permissions.is_given = true;
  spec.permissions.rules = {{true, {"*"}, {"bea"}, {}}};
  Life life(*this, spec);
  Session session;
  const auto outcome = life.agent->run(session, "Please cancel order A-10002", {});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->end, RunEnd::kFailed);
  EXPECT_TRUE(life.book.list(false, life.clock.wall_ms())->empty());
  RunOptions permitted;
  permitted.principal.value = "bea";
  EXPECT_EQ(life.agent->run(session, "Please cancel order A-10002", permitted)->end,
            RunEnd::kWaiting);
}

TEST_F(DurableRunTest, NobodyHasToConfirmWhatIsNotPermitted) {
  AgentSpec spec = shop->spec();
  spec.permissions.is_given = true;
  spec.permissions.rules = {{true, {"order_status"}, {"*"}, {}}, {true, {"*"}, {"bea"}, {}}};
  Life life(*this, spec);
  const auto cancel_it = [&life](const char* principal) {
    RunOptions options;
    options.principal.value = principal;
    Session session;
    EXPECT_TRUE(life.agent->run(session, "Where is order A-10002?", options));
    return *life.agent->run(session, "Please cancel it", options); // which is not said: not sure
  };
  EXPECT_EQ(cancel_it("bea").kind, AnswerKind::kQuestion);
  const RunOutcome denied = cancel_it("ann");
  EXPECT_EQ(denied.end, RunEnd::kFailed);
  EXPECT_NE(denied.text.find("'ann' may not call 'cancel_order'"), std::string::npos);
}

TEST_F(DurableRunTest, BeginsNoChangeWhereAnotherPartIsNeverAllowed) {
  const std::string request = "Cancel order A-10002 and where is order A-10001?";
  const auto run = [&](const std::vector<PermissionRule>& rules) {
    AgentSpec spec = shop->spec();
    spec.permissions.is_given = true;
    spec.permissions.rules = rules;
    Life life(*this, spec);
    Session session;
    return *life.agent->run(session, request, {});
  };
  const RunOutcome denied = run({{false, {"order_status"}, {"*"}, {}}, {true, {"*"}, {"*"}, {}}});
  EXPECT_EQ(denied.end, RunEnd::kFailed);
  EXPECT_NE(denied.text.find("may not call 'order_status'"), std::string::npos);
  EXPECT_EQ(denied.usage.tool_calls, 0U);
  // A rule about arguments may let it through: it is tried.
  ArgumentTest other{"order_id", "B-1", {}, {}, {}};
  const RunOutcome tried =
      run({{false, {"order_status"}, {"*"}, {other}}, {true, {"*"}, {"*"}, {}}});
  EXPECT_EQ(tried.end, RunEnd::kDone);
}

TEST_F(DurableRunTest, ARefusalIsAnAnswerAndHolds) {
  Life life(*this, guarded_spec());
  Session session;
  const auto first = life.agent->run(session, "Please cancel order A-10002", {});
  ASSERT_TRUE(first);
  ASSERT_TRUE(life.book.answer(first->waits_for, false, {"bea", ""}, life.clock.wall_ms()));
  EXPECT_EQ(life.agent->resume(first->run_id, {})->text,
            "It was not approved, so this was not done: cancel order.");
  const auto again = life.agent->run(session, "Please cancel order A-10002", {});
  EXPECT_EQ(again->end, RunEnd::kDone) << "nobody is asked a second time";
  EXPECT_EQ(shop->ask("SELECT status FROM orders WHERE id = 'A-10002'"), "placed");
}

TEST_F(DurableRunTest, AChangedAgentDoesNotGoOn) {
  AgentSpec spec = guarded_spec();
  Session session;
  const auto waiting = Life(*this, spec).agent->run(session, "Please cancel order A-10002", {});
  ASSERT_TRUE(waiting);
  spec.version = "another";
  Life life(*this, spec);
  ASSERT_TRUE(life.book.answer(waiting->waits_for, true, {"bea", ""}, life.clock.wall_ms()));
  EXPECT_EQ(life.agent->resume(waiting->run_id, {}).error().code, ErrorCode::kConflict);
  EXPECT_EQ(shop->ask("SELECT status FROM orders WHERE id = 'A-10002'"), "placed");
}

TEST_F(DurableRunTest, AChangedToolIsNotApproved) {
  AgentSpec spec = guarded_spec();
  Session session;
  const auto waiting = Life(*this, spec).agent->run(session, "Please cancel order A-10002", {});
  spec.tools[2].tool.description += " and refunds it twice";
  Life life(*this, spec);
  ASSERT_TRUE(life.book.answer(waiting->waits_for, true, {"bea", ""}, life.clock.wall_ms()));
  const auto resumed = life.agent->resume(waiting->run_id, {});
  EXPECT_TRUE(!resumed || resumed->end == RunEnd::kFailed);
  EXPECT_EQ(shop->ask("SELECT status FROM orders WHERE id = 'A-10002'"), "placed");
}

TEST_F(DurableRunTest, AWaitingRunIsCancelled) {
  Life life(*this, guarded_spec());
  Session session;
  const auto waiting = life.agent->run(session, "Please cancel order A-10002", {});
  CancelSource cancel;
  cancel.cancel();
  const auto outcome = life.agent->resume(waiting->run_id, {{}, cancel.token(), {}});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->end, RunEnd::kCancelled);
  const auto replay = life.agent->replay(waiting->run_id);
  EXPECT_TRUE(replay->is_same && replay->is_whole) << replay->difference;
}

// Fetch, then act on what was found: the price decides nothing, the status does.
constexpr const char* kPlans = R"yaml(
plans:
  - name: call_off
    description: Calls an order off when it is still here, else notes it for a person
    kind: fetch-then-act
    examples: [Call off order A-10002 if you still can, Call it off if it is still here]
    parameters: {order_id: {kind: order_id, required: true}}
    steps:
      - {name: order, tool: order_status, with: {order_id: "{order_id}"}}
      - {name: cancelled, tool: cancel_order, with: {order_id: "{order.id}"}}
    say: "Order {order.id} was {order.status}; now it is {cancelled.status}."
)yaml";

TEST_F(DurableRunTest, FollowsAPlan) {
  const auto spec = parse_agent(testing::shop_agent_yaml() + kPlans, "shop.yaml", shop->folder());
  ASSERT_TRUE(spec) << spec.error().message;
  AgentSpec ruled = *spec;
  ReflexRule rule;
  rule.words = {"call", "off"};
  rule.use = "call_off";
  ruled.rules = {rule};
  Life life(*this, ruled);
  Session session;
  const auto outcome = life.agent->run(session, "call off order A-10002 please", {});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->text, "Order A-10002 was placed; now it is cancelled.");
  EXPECT_EQ(outcome->usage.tool_calls, 2u);
  EXPECT_EQ(life.agent->run(session, "call off order A-10001", {})->text,
            "Order A-10001 can't be cancelled.");
  EXPECT_EQ(life.agent->run(session, "call off order A-99999", {})->text,
            "There is no order A-99999.");
  const auto replay = life.agent->replay(outcome->run_id);
  EXPECT_TRUE(replay->is_same && replay->is_whole) << replay->difference;
}

TEST_F(DurableRunTest, APlanKeepsToItsKind) {
  std::string text = testing::shop_agent_yaml() + kPlans;
  text.replace(text.find("fetch-then-act"), 14, "compare");
  auto spec = parse_agent(text, "shop.yaml", shop->folder());
  ASSERT_TRUE(spec) << spec.error().message;
  auto tools = SqlToolset::open(*spec);
  auto log = RunLog::open_in_memory();
  chat::FakeModel model;
  SystemClock clock;
  const auto agent = Agent::open(*spec, {model, **tools, *log, clock, 1});
  ASSERT_FALSE(agent);
  EXPECT_EQ(agent.error().message, "plan 'call_off' has the steps RW (R reads, S sifts, W "
                                   "changes), which is no compare");
}

TEST_F(DurableRunTest, AReflexAsksNoModel) {
  AgentSpec spec = shop->spec();
  ReflexRule rule;
  rule.like = {"Where is order A-10001?"};
  rule.use = "order_status";
  spec.rules = {rule};
  Life life(*this, spec);
  Session session;
  const auto outcome = life.agent->run(session, "where is my order a-10003", {});
  EXPECT_EQ(outcome->text, "Order A-10003 is placed.");
  EXPECT_EQ(outcome->usage.tokens, 0u);
  EXPECT_TRUE(life.model.requests().empty());
}

} // namespace
} // namespace outpost::agents
