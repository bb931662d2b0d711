// The support desk on its wordings without a model: what words, values and rules carry alone.
#include <gtest/gtest.h>

#include "agents/tools/sql_toolset.h"
#include "agents/wordings.h"
#include "chat/fake_model.h"

namespace outpost::agents {
namespace {

TEST(SupportDeskWithoutAModel, FindsMostToolsAndAllValues) {
  const std::filesystem::path folder = ::testing::TempDir();
  auto spec = support_desk(folder);
  ASSERT_TRUE(spec) << spec.error().message;
  const auto wordings =
      load_wordings(std::string(OUTPOST_SOURCE_DIR) + "/tests/data/support-desk/wordings.jsonl");
  ASSERT_TRUE(wordings) << wordings.error().message;
  WordlessModel model; // a complaint is put into nobody's words
  auto log = RunLog::open_in_memory();
  ASSERT_TRUE(log);
  FakeClock clock;
  const auto tools = SqlToolset::open(*spec);
  ASSERT_TRUE(tools) << tools.error().message;
  AgentParts parts{model, **tools, *log, clock, 1};
  parts.use_likelihood = false;
  auto agent = Agent::open(*std::move(spec), parts);
  ASSERT_TRUE(agent) << agent.error().message;
  const auto tally = judge_all(**agent, *wordings, [](const Wording&) { return true; });
  ASSERT_TRUE(tally) << tally.error().message;
  EXPECT_EQ(tally->invalid_calls, 0);
  EXPECT_GE(tally->share("total"), 0.95) << tally->table();
}

} // namespace
} // namespace outpost::agents
