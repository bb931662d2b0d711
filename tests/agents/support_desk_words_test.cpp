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
  // Where a complaint is to be put into words, this model has none to give.
  class Wordless final : public chat::ChatModel {
  public:
    [[nodiscard]] chat::ModelInfo info() const override { return {"wordless", 1024, false, ""}; }
    Status chat(const chat::ChatRequest&, const chat::EventSink&, const CancelToken&) override {
      return fail(ErrorCode::kUnsupported, "no grammars");
    }
    Result<std::vector<chat::Score>> score(const chat::ScoreRequest& request,
                                           const CancelToken&) override {
      return std::vector<chat::Score>(request.items.size());
    }
    Result<std::uint32_t> count_tokens(const chat::Prompt&) override { return 1; }
  } model;
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
