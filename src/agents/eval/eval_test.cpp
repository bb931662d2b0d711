#include <gtest/gtest.h>

#include "agents/eval/evaluation.h"
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
  std::unique_ptr<Toolset> tools;
  std::unique_ptr<Agent> agent;
};

Result<AskAgent> open_by_words(AgentSpec spec) {
  const auto subject = std::make_shared<Subject>();
  OUTPOST_TRY(subject->tools, SqlToolset::open(spec));
  AgentParts parts{subject->model, *subject->tools, *subject->log, subject->clock, 1};
  parts.use_likelihood = false;
  OUTPOST_TRY(subject->agent, Agent::open(std::move(spec), parts));
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
  EXPECT_EQ(report->results[5].problem, "the database was changed");
  EXPECT_EQ(report->wrong_effects(), 1U);
  EXPECT_EQ(report->total().completed, 4U);
  EXPECT_EQ(report->by_kind().at("one call").all, 4U);
  // The shop itself is as it was.
  EXPECT_EQ(shop.ask("SELECT count(*) FROM orders WHERE status = 'cancelled'"), "0");
  EXPECT_FALSE(std::filesystem::exists(shop.folder() / "eval" / "sandbox"));
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
      R"(t:1: 'state' must be a list of {"sql": "...", "is": "..."})");
}

} // namespace
} // namespace outpost::agents
