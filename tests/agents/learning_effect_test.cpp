// What 100 confirmed uses are worth: a support desk whose tools have only two examples each learns
// from a hundred of the wordings and is asked the rest, before and after, and after undoing.
#include <fstream>

#include <gtest/gtest.h>

#include "agents/learning/choice_trial.h"
#include "agents/learning/lesson.h"
#include "agents/tools/sql_toolset.h"
#include "agents/wordings.h"

namespace outpost::agents {
namespace {

constexpr std::size_t kUses = 100;
constexpr std::size_t kExamplesAtFirst = 2;

AgentSpec with_few_examples(AgentSpec spec) {
  const auto cut = [](std::vector<std::string>& examples) {
    examples.resize(std::min(examples.size(), kExamplesAtFirst));
  };
  for (SqlTool& one : spec.tools) cut(one.tool.examples);
  for (Reply& reply : spec.replies) cut(reply.examples);
  return spec;
}

std::size_t errors(const AgentSpec& spec, const LearnedState& state,
                   const std::vector<ConfirmedUse>& asked, Toolset& tools) {
  AgentSpec learnt = spec;
  add_learned(state, learnt);
  auto trial = ChoiceTrial::make(learnt, tools);
  EXPECT_TRUE(trial);
  const auto right = (*trial)->judge(asked);
  EXPECT_TRUE(right);
  return static_cast<std::size_t>(std::count(right->begin(), right->end(), false));
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Learning, AHundredConfirmedUsesDoNoHarmAndAreUndone) {
  const auto wordings =
      load_wordings(std::string(OUTPOST_SOURCE_DIR) + "/tests/data/support-desk/wordings.jsonl");
  ASSERT_TRUE(wordings) << wordings.error().message;
  std::vector<ConfirmedUse> uses;
  std::vector<ConfirmedUse> asked;
  std::size_t calls = 0;
  for (const Wording& one : *wordings) {
    const bool is_call = one.outcome == "call" && one.calls.size() == 1;
    if (!is_call && one.outcome != "none") continue;
    ConfirmedUse use{one.request,
                     is_call ? std::string(one.calls[0].at("tool").as_string()) : "none"};
    // Every other one, so that learnt and asked are of the same kinds.
    const bool learns = is_call && calls++ % 2 == 0 && uses.size() < kUses;
    (learns ? uses : asked).push_back(std::move(use));
  }
  ASSERT_EQ(uses.size(), kUses);
  auto full = support_desk(::testing::TempDir());
  ASSERT_TRUE(full) << full.error().message;
  const AgentSpec spec = with_few_examples(*full);
  auto tools = SqlToolset::open(*full);
  ASSERT_TRUE(tools) << tools.error().message;

  const auto file = std::filesystem::path(::testing::TempDir()) / "outpost_learning_desk.yaml";
  std::filesystem::remove(learned_path(file));
  ASSERT_TRUE(push_learned(file, LearnedState{1, 1, {uses.front()}, 1, 0, 1}));
  const std::string bytes_before = bytes_of(learned_path(file));
  const LearnedState first = *read_learned(file);
  const std::size_t before = errors(spec, first, asked, **tools);
  const auto lesson = learn(spec, first, uses, {}, **tools, 2);
  ASSERT_TRUE(lesson) << lesson.error().message;
  ASSERT_TRUE(push_learned(file, lesson->state));
  const std::size_t after = errors(spec, *read_learned(file), asked, **tools);
  std::cout << "of " << asked.size() << " new wordings wrong: " << before << " before, " << after
            << " after; " << lesson->added.size() << " examples learnt, " << lesson->rejected.size()
            << " tools rejected; gate of " << lesson->state.questions << ": "
            << lesson->state.right_before << " to " << lesson->state.right_after << "\n";
  EXPECT_LE(after, before);
  ASSERT_TRUE(pop_learned(file));
  EXPECT_EQ(bytes_of(learned_path(file)), bytes_before);
  EXPECT_EQ(errors(spec, *read_learned(file), asked, **tools), before);
  std::filesystem::remove(learned_path(file));
}

} // namespace
} // namespace outpost::agents
