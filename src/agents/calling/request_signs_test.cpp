// What the words of a request say of whether a tool is meant.
#include <gtest/gtest.h>

#include "agents/calling/request_signs.h"

namespace outpost::agents {
namespace {

CallableTool kettle() {
  chat::ToolDefinition definition;
  definition.name = "kettle.boil";
  definition.description = "Boils water in the kettle";
  definition.parameters = R"({"type": "object", "required": ["litres"], "properties": {
      "litres": {"type": "number", "description": "How much water"},
      "degrees": {"type": "integer", "description": "How hot it is made"},
      "whistle": {"type": "boolean", "description": "Whether it is heard"}}})";
  return *read_tool(definition);
}

TEST(RequestSigns, RareWordsTellMore) {
  EXPECT_GT(telling_weight("quokka"), telling_weight("weather"));
  EXPECT_GT(telling_weight("weather"), 0);
  EXPECT_GT(telling_weight("quokka"), 4); // the shipped questions were counted
}

TEST(RequestSigns, ANoteCoversItsOwnRequests) {
  const CallableTool tool = kettle();
  const NoteCover own = note_cover("Boil 2 litres of water", tool, {{"litres", 2}});
  const NoteCover other = note_cover("Who discovered the ruins of Petra?", tool, {{"litres", 2}});
  EXPECT_GT(own.share, 0.6);
  EXPECT_GT(own.weight, 8);
  EXPECT_DOUBLE_EQ(other.share, 0);
  EXPECT_DOUBLE_EQ(other.weight, 0);
  EXPECT_DOUBLE_EQ(note_cover("", tool, {}).share, 0);
}

TEST(RequestSigns, WhatNoTextHasIsUntold) {
  const std::vector<std::string> texts{"Boils water", R"({"litres": 2})"};
  EXPECT_DOUBLE_EQ(untold_of("Boil 2 litres of water", texts).share, 0);
  EXPECT_DOUBLE_EQ(untold_of("the ruins of Petra", texts).share, 1);
  const double half = untold_of("Boil the ruins", texts).share;
  EXPECT_GT(half, 0.2);
  EXPECT_LT(half, 0.8);
  EXPECT_DOUBLE_EQ(untold_of("", texts).share, 0);
  EXPECT_GT(untold_of("the ruins of Petra", texts).weight,
            untold_of("Boil the ruins", texts).weight);
}

TEST(RequestSigns, GapsAreWhatCallsLeaveAndSayTwice) {
  const CallableTool tool = kettle();
  const CallGaps left = gaps_of("Boil 2 litres at 80 degrees", tool, {{"litres", 2}});
  EXPECT_EQ(left.left_out, 2);
  EXPECT_EQ(left.named, 1); // degrees
  EXPECT_EQ(left.repeated, 0);
  const CallGaps twice = gaps_of("Boil 2 litres", tool, {{"litres", 2}, {"degrees", 2}});
  EXPECT_EQ(twice.repeated, 1);
  EXPECT_EQ(twice.named, 0);
}

TEST(RequestSigns, QuestionsForFactsAndForAdviceAreTold) {
  EXPECT_TRUE(asks_for_fact("Who discovered the ruins of Petra?"));
  EXPECT_TRUE(asks_for_fact("what's a kettle"));
  EXPECT_FALSE(asks_for_fact("Boil some water, whatever it costs"));
  EXPECT_FALSE(asks_for_fact(""));
  EXPECT_TRUE(asks_for_advice("tell me how to descale it"));
  EXPECT_TRUE(asks_for_advice("Should I use vinegar?"));
  EXPECT_TRUE(asks_for_advice("the best way of descaling"));
  EXPECT_FALSE(asks_for_advice("how hot is the kettle"));
  EXPECT_FALSE(asks_for_advice("how"));
}

} // namespace
} // namespace outpost::agents
