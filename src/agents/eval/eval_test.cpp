#include <fstream>

#include <gtest/gtest.h>

#include "agents/eval/evaluation.h"
#include "agents/eval/sandbox.h"
#include "agents/eval/stand_ins.h"
#include "agents/testing/shop.h"
#include "agents/tools/sql_toolset.h"
#include "chat/fake_model.h"

namespace outpost::agents {
namespace {

// An agent that decides by words alone, with what it stands on.
struct Subject {
  chat::FakeModel model;
  Result<RunLog> log = RunLog::open_in_memory();
  FakeClock clock;
  std::unique_ptr<Toolset> inner;
  std::unique_ptr<Toolset> tools;
  std::unique_ptr<Agent> agent;
};

Result<AskAgent> open_by_words(const EvalSetting& setting) {
  const auto subject = std::make_shared<Subject>();
  OUTPOST_TRY(subject->tools, SqlToolset::open(setting.spec));
  if (!setting.task.failing.empty()) {
    subject->inner = std::move(subject->tools);
    subject->tools = std::make_unique<FailingToolset>(*subject->inner, setting.task.failing);
  }
  AgentParts parts{subject->model, *subject->tools, *subject->log, subject->clock, 1};
  parts.use_likelihood = false;
  OUTPOST_TRY(subject->agent, Agent::open(setting.spec, parts));
  return AskAgent([subject](Session& session, const std::string& request) {
    return subject->agent->run(session, request, {});
  });
}

constexpr std::string_view kTasks = R"(
{"id":"where","kind":"one call","wordings":[["Where is my order A-10001?"],["Has my parcel A-10001 been shipped?"]],"expect":"statement","says":["on its way"],"never_says":["lamp"]}
{"id":"cancel","kind":"one call","wordings":[["Cancel order A-10002"]],"expect":"statement","state":[{"sql":"SELECT status FROM orders WHERE id = 'A-10002'","is":"cancelled"}]}
{"id":"missing","kind":"missing argument","wordings":[["Where is my order?"]],"expect":"question"}
{"id":"wrong-words","kind":"one call","wordings":[["Where is my order A-10001?"]],"expect":"statement","says":["delivered"]}
{"id":"unwanted","kind":"forbidden","wordings":[["Cancel order A-10003"]],"expect":"statement|no_tool"}
)";

TEST(Evaluation, ScoresStateAndWordsInSandboxes) {
  const testing::Shop shop;
  const auto tasks = parse_tasks(kTasks, "tasks");
  ASSERT_TRUE(tasks) << tasks.error().message;
  const auto report = evaluate(shop.spec(), *tasks, open_by_words, shop.folder() / "eval", {});
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->results.size(), 6U);
  for (const std::size_t good : {0U, 1U, 2U, 3U}) {
    EXPECT_TRUE(report->results[good].completed) << report->results[good].problem;
  }
  EXPECT_EQ(report->results[4].problem, "the answer lacks 'delivered'");
  EXPECT_EQ(report->results[5].problem, "something was changed");
  EXPECT_EQ(report->wrong_effects(), 1U);
  EXPECT_EQ(report->total().completed, 4U);
  EXPECT_EQ(report->by_kind().at("one call").all, 4U);
  // The shop itself is as it was.
  EXPECT_EQ(shop.ask("SELECT count(*) FROM orders WHERE status = 'cancelled'"), "0");
  EXPECT_TRUE(std::filesystem::is_empty(shop.folder() / "eval")); // no sandbox is left
  // Compared with itself nothing changed; with a stored one that knew less, it says what.
  EXPECT_TRUE(compare(*report, report->json())->empty());
  EvalReport better = *report;
  better.results[4].completed = true;
  EXPECT_EQ(compare(better, report->json())->at(0), "wrong-words wording 1: now completed");
  better.results[4].id = "other";
  EXPECT_EQ(compare(better, report->json())->at(0), "other wording 1: new, completed");
  EXPECT_FALSE(compare(*report, "{}"));
}

TEST(Evaluation, SaysWhatIsWrongWithATask) {
  const auto message = [](std::string_view line) {
    const auto tasks = parse_tasks(line, "t");
    return tasks ? "accepted" : tasks.error().message;
  };
  EXPECT_EQ(message(R"({"id":"a","kind":"k","wordings":[["x"]],"expect":"reply"})"), "accepted");
  EXPECT_EQ(message("\n[]"), "t:2: a task is an object");
  EXPECT_EQ(message(R"({"kind":"k","wordings":[["x"]],"expect":"reply"})"),
            "t:1: 'id' must be a text");
  EXPECT_EQ(message(R"({"id":"a","kind":"k","wordings":[[]],"expect":"reply"})"),
            "t:1: 'wordings' must be a list of lists of texts");
  EXPECT_EQ(message(R"({"id":"a","kind":"k","wordings":[["x"]],"expect":"reply","says":[7]})"),
            "t:1: 'says' must be a list of texts");
  EXPECT_EQ(
      message(R"({"id":"a","kind":"k","wordings":[["x"]],"expect":"reply","state":[{"sql":"x"}]})"),
      R"(t:1: 'state' must be a list of {"sql": "...", "is": "..."} or {"file": "...", "has": "..."})");
  EXPECT_EQ(
      message(R"({"id":"a","kind":"k","wordings":[["x"]],"expect":"reply","approval":"maybe"})"),
      "t:1: 'approval' must be 'given' or 'refused'");
  EXPECT_EQ(message(R"({"id":"a","kind":"k","wordings":[["x"]],"expect":"reply","larger":{}})"),
            R"(t:1: 'larger' must be {"tool": "...", "arguments": {...}})");
  EXPECT_EQ(message(R"({"id":"a","kind":"k","wordings":[["x"]],"expect":"reply","offline":1})"),
            "t:1: 'offline' must be true or false");
}

TEST(Evaluation, PreparesTheSandboxAndBreaksTools) {
  const testing::Shop shop;
  const auto tasks = parse_tasks(R"(
{"id":"prepared","kind":"one call","domain":"desk","prepare":["UPDATE orders SET status = 'lost' WHERE id = 'A-10001'"],"wordings":[["Where is my order A-10001?"],["Has my parcel A-10001 been shipped?"]],"expect":"statement","says":["lost"]}
{"id":"broken","kind":"tool error","failing":["order_status"],"wordings":[["Where is my order A-10001?"]],"expect":"failure","says":["does not answer"]}
)",
                                 "tasks");
  ASSERT_TRUE(tasks) << tasks.error().message;
  const auto report = evaluate(shop.spec(), *tasks, open_by_words, shop.folder() / "eval", {});
  ASSERT_TRUE(report) << report.error().message;
  for (const TaskResult& one : report->results) EXPECT_TRUE(one.completed) << one.problem;
  EXPECT_EQ(report->by_domain().at("desk").all, 2U);
  EXPECT_EQ(report->by_domain().at("shop").all, 1U); // the agent's name
  ASSERT_EQ(report->by_wording().size(), 2U);
  EXPECT_EQ(report->by_wording()[0].completed, 2U);
  EXPECT_EQ(report->by_wording()[1].all, 1U);
}

TEST(Evaluation, CountsWhatGoesToTheLargerModel) {
  const testing::Shop shop;
  AgentSpec spec = shop.spec();
  spec.escalation = EscalationSpec{};
  const auto tasks = parse_tasks(R"(
{"id":"up","kind":"too hard","wordings":[["x"]],"expect":"reply","escalates":true}
{"id":"stays","kind":"one call","wordings":[["x"]],"expect":"reply","escalates":false}
)",
                                 "tasks");
  ASSERT_TRUE(tasks);
  const auto open = [](const EvalSetting& setting) -> Result<AskAgent> {
    EXPECT_NE(setting.larger, nullptr);
    return AskAgent([&setting](Session&, const std::string&) -> Result<RunOutcome> {
      OUTPOST_CHECK(setting.larger->ask(HardStep{}, {}));
      RunOutcome outcome;
      outcome.kind = AnswerKind::kReply;
      return outcome;
    });
  };
  const auto report = evaluate(spec, *tasks, open, shop.folder() / "eval", {});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->results[0].completed) << report->results[0].problem;
  EXPECT_EQ(report->results[1].problem, "a step went to the larger model");
}

TEST(Sandbox, CopiesFilesAndMakesTheDatabaseFromItsScript) {
  const testing::Shop shop;
  std::filesystem::create_directories(shop.folder() / "papers");
  std::ofstream(shop.folder() / "papers" / "a.txt") << "first";
  std::ofstream(shop.folder() / "desk.sql") << "CREATE TABLE t(x); INSERT INTO t VALUES (7);";
  AgentSpec spec = shop.spec();
  spec.files.root = shop.folder() / "papers";
  spec.database = shop.folder() / "desk.sqlite";
  const auto sandbox = Sandbox::make(spec, shop.folder() / "eval");
  ASSERT_TRUE(sandbox) << sandbox.error().message;
  Sandbox& box = **sandbox;
  EXPECT_EQ(*box.value_of("SELECT x FROM t"), "7");
  EXPECT_EQ(*box.text_of("papers/a.txt"), "first");
  EXPECT_EQ(*box.text_of("papers/b.txt"), "");
  const std::uint64_t before = *box.fingerprint();
  std::ofstream(box.spec().files.root / "b.txt") << "second";
  EXPECT_NE(*box.fingerprint(), before);
  EXPECT_FALSE(std::filesystem::exists(shop.folder() / "papers" / "b.txt"));
  EXPECT_FALSE(std::filesystem::exists(spec.database));
}

TEST(Sandbox, TheNewerOfScriptAndDatabaseCounts) {
  const testing::Shop shop;
  AgentSpec spec = shop.spec();
  spec.database = shop.folder() / "desk.sqlite";
  const auto script = shop.folder() / "desk.sql";
  std::ofstream(script) << "CREATE TABLE t(x); INSERT INTO t VALUES ('script');";
  ASSERT_TRUE(store::Database::open(spec.database)
                  ->execute("CREATE TABLE t(x); INSERT INTO t VALUES ('worked with');"));
  const auto made = std::filesystem::last_write_time(spec.database);
  const auto value = [&] {
    return *(*Sandbox::make(spec, shop.folder() / "eval"))->value_of("SELECT x FROM t");
  };
  std::filesystem::last_write_time(script, made - std::chrono::hours(1));
  EXPECT_EQ(value(), "worked with");
  std::filesystem::last_write_time(script, made + std::chrono::hours(1));
  EXPECT_EQ(value(), "script");
}

TEST(Suite, ListsAgentsAndTheirTasks) {
  const auto suite = parse_suite(R"([{"domain":"d","agent":"a.yaml","tasks":"t.jsonl"}])", "s");
  ASSERT_TRUE(suite) << suite.error().message;
  EXPECT_EQ(suite->at(0).agent, "a.yaml");
  EXPECT_EQ(parse_suite("[]", "s").error().message, "s: a suite is a list of up to 100 agents");
  EXPECT_EQ(parse_suite(R"([{"domain":"d"}])", "s").error().message, "s: 'agent' must be a text");
}

} // namespace
} // namespace outpost::agents
