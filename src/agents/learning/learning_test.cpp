#include <fstream>

#include <gtest/gtest.h>

#include "agents/learning/choice_trial.h"
#include "agents/learning/lesson.h"
#include "agents/testing/shop.h"
#include "agents/tools/sql_toolset.h"

namespace outpost::agents {
namespace {

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class Learning : public ::testing::Test {
protected:
  void SetUp() override {
    auto opened = SqlToolset::open(shop_.spec());
    ASSERT_TRUE(opened) << opened.error().message;
    tools_ = *std::move(opened);
  }
  std::string choose(const LearnedState& state, const std::string& request) {
    AgentSpec spec = shop_.spec();
    add_learned(state, spec);
    auto trial = ChoiceTrial::make(spec, *tools_);
    EXPECT_TRUE(trial);
    const auto chosen = (*trial)->choose(request);
    return chosen ? chosen->name : chosen.error().message;
  }

  testing::Shop shop_;
  std::unique_ptr<SqlToolset> tools_;
};

// Requests in words that no example has.
const std::vector<ConfirmedUse> kUses{
    {"Scrap A-10001", "cancel_order"},           {"Scrap order A-10002 please", "cancel_order"},
    {"I want to scrap A-10003", "cancel_order"}, {"Can you scrap A-10001?", "cancel_order"},
    {"Just scrap my order", "cancel_order"},     {"How dear is a Beacon Torch?", "price"},
};

TEST_F(Learning, NewWordsAreUnderstoodAfterwards) {
  const std::string request = "scrap A-10002 for me";
  EXPECT_NE(choose({}, request), "cancel_order");
  const auto lesson = learn(shop_.spec(), {}, kUses, {}, *tools_, 7);
  ASSERT_TRUE(lesson) << lesson.error().message;
  EXPECT_EQ(lesson->state.version, 1U);
  EXPECT_EQ(lesson->state.questions, 1U); // the fourth use
  EXPECT_GE(lesson->state.right_after, lesson->state.right_before);
  EXPECT_FALSE(lesson->added.empty());
  EXPECT_EQ(choose(lesson->state, request), "cancel_order");
  // What is known is not learnt again.
  const auto again = learn(shop_.spec(), lesson->state, kUses, {}, *tools_, 8);
  EXPECT_TRUE(again->added.empty());
  EXPECT_FALSE(learn(shop_.spec(), {}, {}, {}, *tools_, 7));
}

TEST_F(Learning, WhatMakesStoredQuestionsWorseIsRejected) {
  // Confirmed by mistake: asking for a price was taken for a cancellation.
  const std::vector<ConfirmedUse> wrong{{"How much is the Copper Kettle today?", "cancel_order"},
                                        {"What does the Copper Kettle cost?", "cancel_order"},
                                        {"Price of the Copper Kettle please", "cancel_order"}};
  const std::vector<ConfirmedUse> questions{{"How much is the Copper Kettle now?", "price"},
                                            {"What does the Beacon Torch cost?", "price"},
                                            {"Where is order A-10001?", "order_status"}};
  std::vector<ConfirmedUse> uses = wrong;
  uses.push_back(kUses[0]);
  uses.push_back(kUses[1]);
  const auto lesson = learn(shop_.spec(), {}, uses, questions, *tools_, 7);
  ASSERT_TRUE(lesson) << lesson.error().message;
  EXPECT_GE(lesson->state.right_after, lesson->state.right_before);
  EXPECT_EQ(choose(lesson->state, "How much is the Copper Kettle now?"), "price");
}

TEST_F(Learning, UndoRestoresTheFileBitForBit) {
  const auto file = shop_.folder() / "agent.yaml";
  std::ofstream(file) << testing::shop_agent_yaml();
  const LearnedState first{1, 5, {{"turns \"up\"\n", "order_status"}}, 3, 1, 2};
  const LearnedState second{2, 6, {{"turns up", "order_status"}, {"dear", "price"}}, 3, 2, 2};
  EXPECT_EQ(read_learned(file)->version, 0U);
  EXPECT_EQ(pop_learned(file).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(push_learned(file, first));
  const std::string before = bytes_of(learned_path(file));
  ASSERT_TRUE(push_learned(file, second));
  EXPECT_EQ(read_learned(file)->examples, second.examples);
  // Agents are opened with what was learnt.
  const auto spec = load_agent_file(file);
  ASSERT_TRUE(spec) << spec.error().message;
  EXPECT_EQ(spec->tools[1].tool.uses.back(), "dear");
  ASSERT_TRUE(pop_learned(file));
  EXPECT_EQ(bytes_of(learned_path(file)), before);
  EXPECT_EQ(read_learned(file)->examples, first.examples);
  ASSERT_TRUE(pop_learned(file));
  EXPECT_FALSE(std::filesystem::exists(learned_path(file)));
}

TEST_F(Learning, DamagedStatesAreNamed) {
  const auto file = shop_.folder() / "agent.yaml";
  ASSERT_TRUE(push_learned(file, {1, 5, {{"up", "price"}}, 0, 0, 0}));
  for (const char* bad : {"{", "[]", "{\"version\":0}", "{\"version\":2,\"examples\":[7]}",
                          "{\"version\":2,\"examples\":[{\"tool\":\"\",\"request\":\"x\"}]}"}) {
    const std::string good = bytes_of(learned_path(file));
    std::ofstream(learned_path(file), std::ios::app) << bad << "\n";
    const auto read = read_learned(file);
    ASSERT_FALSE(read) << bad;
    EXPECT_NE(read.error().message.find(".jsonl:2"), std::string::npos) << read.error().message;
    ASSERT_TRUE(pop_learned(file));
    EXPECT_EQ(bytes_of(learned_path(file)), good);
  }
  EXPECT_EQ(parse_uses("{\"request\":\"a\",\"tool\":\"b\"}\n\n", "f")->size(), 1U);
  EXPECT_EQ(parse_uses("{\"request\":\"a\",\"tool\":\"b\"}\n{}", "f").error().message,
            R"(f:2: expected {"request": "...", "tool": "..."})");
}

} // namespace
} // namespace outpost::agents
