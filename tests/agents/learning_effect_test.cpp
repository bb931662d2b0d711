// What confirmed uses are worth, words alone. A support desk whose tools have only two examples
// each learns from a hundred of the wordings and is asked the rest, before and after, and after
// undoing. Then a household's lists as their file is, on requests written for this. Then the agents
// of twelve domains: two examples of each tool stay, every other one of the rest is learnt as a
// use, and the remaining ones are asked.
#include <fstream>

#include <gtest/gtest.h>

#include "agents/eval/sandbox.h"
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

TEST(Learning, AHundredConfirmedUsesHelpAndAreUndone) {
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
            << " after; " << lesson->added.size() << " uses learnt, " << lesson->rejected.size()
            << " tools rejected; gate of " << lesson->state.questions << ": "
            << lesson->state.right_before << " to " << lesson->state.right_after << "\n";
  EXPECT_LE(static_cast<double>(after), 0.7 * static_cast<double>(before));
  ASSERT_TRUE(pop_learned(file));
  EXPECT_EQ(bytes_of(learned_path(file)), bytes_before);
  EXPECT_EQ(errors(spec, *read_learned(file), asked, **tools), before);
  std::filesystem::remove(learned_path(file));
}

// The agent file as it is, and requests that were written before anything was learnt from them.
TEST(Learning, AHundredUsesOfAHouseholdHelp) {
  const std::string source(OUTPOST_SOURCE_DIR);
  const std::string name = "tests/data/learning/household.jsonl";
  std::ifstream file(source + "/" + name);
  auto uses = parse_uses({std::istreambuf_iterator<char>(file), {}}, name);
  ASSERT_TRUE(uses) << uses.error().message;
  ASSERT_GT(uses->size(), kUses);
  const std::vector<ConfirmedUse> asked(uses->begin() + kUses, uses->end());
  uses->resize(kUses);
  const auto declared = load_agent_file(source + "/examples/tasks/agent.yaml");
  ASSERT_TRUE(declared) << declared.error().message;
  const auto sandbox = Sandbox::make(*declared, ::testing::TempDir());
  ASSERT_TRUE(sandbox) << sandbox.error().message;
  const AgentSpec& spec = (*sandbox)->spec();
  const auto tools = SqlToolset::open(spec);
  ASSERT_TRUE(tools) << tools.error().message;
  const auto lesson = learn(spec, {}, *uses, {}, **tools, 1);
  ASSERT_TRUE(lesson) << lesson.error().message;
  const std::size_t before = errors(spec, {}, asked, **tools);
  const std::size_t after = errors(spec, lesson->state, asked, **tools);
  std::cout << "household: of " << asked.size() << " new wordings wrong: " << before << " before, "
            << after << " after; " << lesson->added.size() << " uses learnt, "
            << lesson->rejected.size() << " tools rejected\n";
  EXPECT_LE(static_cast<double>(after), 0.7 * static_cast<double>(before));
}

struct Effect {
  std::size_t uses = 0, asked = 0, before = 0, after = 0;
};

Effect effect_in(const std::filesystem::path& agent_file) {
  const auto declared = load_agent_file(agent_file);
  EXPECT_TRUE(declared) << declared.error().message;
  const auto sandbox = Sandbox::make(*declared, ::testing::TempDir());
  EXPECT_TRUE(sandbox) << sandbox.error().message;
  const AgentSpec& whole = (*sandbox)->spec();
  std::vector<ConfirmedUse> uses;
  std::vector<ConfirmedUse> asked;
  const auto split = [&](const std::string& name, const std::vector<std::string>& examples) {
    for (std::size_t i = kExamplesAtFirst; i < examples.size(); ++i) {
      (i % 2 == 0 ? uses : asked).push_back({examples[i], name});
    }
  };
  for (const SqlTool& one : whole.tools) split(one.tool.name, one.tool.examples);
  for (const Reply& reply : whole.replies) split(reply.name, reply.examples);
  const AgentSpec few = with_few_examples(whole);
  const auto tools = SqlToolset::open(few);
  EXPECT_TRUE(tools) << tools.error().message;
  const auto lesson = learn(few, {}, uses, {}, **tools, 1);
  EXPECT_TRUE(lesson) << lesson.error().message;
  return {uses.size(), asked.size(), errors(few, {}, asked, **tools),
          errors(few, lesson->state, asked, **tools)};
}

TEST(Learning, AFewUsesHelpInTwelveDomains) {
  Effect all;
  for (const char* domain : {"accounts", "calendar", "clinic", "documents", "invoices", "kiosk",
                             "mail", "market", "orders", "prescriptions", "research", "tasks"}) {
    SCOPED_TRACE(domain);
    const Effect one =
        effect_in(std::string(OUTPOST_SOURCE_DIR) + "/examples/" + domain + "/agent.yaml");
    std::cout << domain << ": " << one.uses << " uses; of " << one.asked << " wrong: " << one.before
              << " before, " << one.after << " after\n";
    all = {all.uses + one.uses, all.asked + one.asked, all.before + one.before,
           all.after + one.after};
  }
  std::cout << "together: " << all.uses << " uses; of " << all.asked << " wrong: " << all.before
            << " before, " << all.after << " after\n";
  EXPECT_LE(static_cast<double>(all.after), 0.85 * static_cast<double>(all.before));
}

} // namespace
} // namespace outpost::agents
