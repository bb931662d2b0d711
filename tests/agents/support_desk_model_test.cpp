// The support desk on its wordings with the default model, as `outpost run` uses it. Needs the
// model's file in OUTPOST_MODELS_DIR (SmolLM2-135M-Instruct.Q4_1.gguf).
#include <cstdlib>

#include <gtest/gtest.h>

#include "agents/tools/sql_toolset.h"
#include "agents/wordings.h"
#include "app/chat_model.h"

namespace outpost::agents {
namespace {

TEST(SupportDeskWithSmollm2, CallsTheRightToolWithTheRightArguments) {
  const char* models = std::getenv("OUTPOST_MODELS_DIR");
  const std::filesystem::path file =
      std::filesystem::path(models == nullptr ? "" : models) / "SmolLM2-135M-Instruct.Q4_1.gguf";
  if (models == nullptr || !std::filesystem::exists(file)) {
    GTEST_SKIP()
        << "OUTPOST_MODELS_DIR has no SmolLM2-135M-Instruct.Q4_1.gguf (outpost pull smollm2-135m)";
  }
  const auto local = app::open_local_model(file, "smollm2-135m", {}, {});
  ASSERT_TRUE(local) << local.error().message;
  auto spec = support_desk(::testing::TempDir());
  ASSERT_TRUE(spec) << spec.error().message;
  const auto wordings =
      load_wordings(std::string(OUTPOST_SOURCE_DIR) + "/tests/data/support-desk/wordings.jsonl");
  ASSERT_TRUE(wordings) << wordings.error().message;
  auto log = RunLog::open_in_memory();
  ASSERT_TRUE(log);
  SystemClock clock;
  const auto tools = SqlToolset::open(*spec);
  ASSERT_TRUE(tools) << tools.error().message;
  auto agent = Agent::open(*std::move(spec), {*local->model, **tools, *log, clock, 1});
  ASSERT_TRUE(agent) << agent.error().message;
  for (const char* split : {"dev", "held_out"}) {
    const auto tally =
        judge_all(**agent, *wordings, [split](const Wording& w) { return w.split == split; });
    ASSERT_TRUE(tally) << tally.error().message;
    std::printf("%s\n%s", split, tally->table().c_str());
    EXPECT_EQ(tally->invalid_calls, 0);
    EXPECT_GE(tally->share("total"), 0.9) << split;
    for (const char* tool : {"order_status", "check_stock", "get_price"}) {
      EXPECT_GE(tally->share(tool), 0.8) << split << " " << tool;
    }
  }
}

} // namespace
} // namespace outpost::agents
