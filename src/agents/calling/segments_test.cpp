// Requests that ask for several things: where they are cut, and how the parts are planned.
#include <gtest/gtest.h>

#include "agents/calling/call_pipeline.h"
#include "agents/calling/literal_lists.h"
#include "agents/calling/named_choices.h"
#include "agents/calling/request_segments.h"
#include "agents/calling/value_lists.h"
#include "chat/fake_model.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

CallableTool made_tool(const std::string& name, const std::string& description,
                       const std::string& parameters) {
  return *read_tool({name, description, parameters});
}

const char* const kCity =
    R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]})";
const char* const kCircle =
    R"({"type":"object","properties":{"radius":{"type":"number"}},"required":["radius"]})";

std::vector<CallableTool> town_tools() {
  return {made_tool("weather", "Tells the weather in a city", kCity),
          made_tool("population", "How many people live in a city", kCity),
          made_tool("circle_area", "Area of a circle", kCircle)};
}

std::vector<std::size_t> tools_of(const std::vector<RequestSegment>& segments) {
  std::vector<std::size_t> tools;
  for (const RequestSegment& segment : segments) tools.push_back(segment.tool);
  return tools;
}

TEST(SegmentRequest, CutsWhereAnotherToolIsMeant) {
  const auto segments = segment_request(
      "First, tell me the weather in Rome. Then, how many people live in Oslo?", town_tools());
  ASSERT_EQ(tools_of(segments), (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(segments[0].text, "First, tell me the weather in Rome. ");
  EXPECT_EQ(segments[1].text, "Then, how many people live in Oslo?");
}

TEST(SegmentRequest, LeavesWhatIsOneWish) {
  const auto tools = town_tools();
  for (const char* request :
       {"What is the weather in Rome?", "What is the weather in Rome and Oslo?", "",
        "I am in Rome. What is the weather?",
        "What is the weather in Rome? Can you help me with it?"})
    EXPECT_TRUE(segment_request(request, tools).empty()) << request;
  EXPECT_TRUE(segment_request("The weather in Rome, then the population of Oslo", {}).empty());
}

TEST(SegmentRequest, KeepsWhatIsToldWithItsWish) {
  const auto segments = segment_request("My circle has a radius of 3. I live in Rome, how is the "
                                        "weather in the city? And what is the "
                                        "area of the circle?",
                                        town_tools());
  ASSERT_EQ(tools_of(segments), (std::vector<std::size_t>{0, 2}));
  EXPECT_NE(segments[1].text.find("radius of 3"), std::string::npos);
  EXPECT_EQ(segments[0].text.find("radius"), std::string::npos);
}

TEST(SegmentRequest, KeepsTheOrderOfTheRequest) {
  const auto segments = segment_request(
      "First, the weather in Rome as it is now. Then tell me how many people live in Oslo.",
      town_tools());
  EXPECT_EQ(tools_of(segments), (std::vector<std::size_t>{0, 1})); // the first asks by no verb
}

TEST(SegmentRequest, CutsWhatIsNumberedOff) {
  const std::vector<CallableTool> tools{town_tools()[2]};
  const std::string numbered = "I want the areas of two circles. The first circle has a radius of "
                               "3 meters. The second has a "
                               "radius of 5 meters.";
  EXPECT_EQ(segment_request(numbered, tools).size(), 2U);
  // What holds for all of them would be lost.
  EXPECT_TRUE(segment_request(numbered + " Use 3.14 for pi.", tools).empty());
}

TEST(SegmentRequest, CutsQuestionsThatAreAlike) {
  const std::vector<CallableTool> tools{town_tools()[0]};
  EXPECT_EQ(segment_request("How is the weather in Rome? And how is it in Oslo?", tools).size(),
            2U);
  EXPECT_TRUE(
      segment_request("How is the weather in Rome? And could you be quick?", tools).empty());
}

TEST(SegmentRequest, IsBounded) {
  std::string request;
  for (int i = 0; i < 200; ++i) request += "Tell me the weather in Rome. Tell me the population. ";
  EXPECT_LE(segment_request(request, town_tools()).size(), kSegmentsMax);
}

TEST(LiteralLists, AreReadAsTheyStand) {
  const std::string text =
      "Sort [3, -1.5, 2], ['red', 'blue'] and (4, 5) by [[1, 2], [3, 4]] (5) [x]";
  const auto lists = find_literal_lists(text);
  ASSERT_EQ(lists.size(), 4U);
  EXPECT_EQ(lists[0].values, json::parse("[3, -1.5, 2]").as_array());
  EXPECT_EQ(text.substr(lists[0].begin, lists[0].end - lists[0].begin), "[3, -1.5, 2]");
  EXPECT_EQ(lists[1].values, json::parse(R"(["red", "blue"])").as_array());
  EXPECT_EQ(lists[2].values, json::parse("[4, 5]").as_array());
  EXPECT_EQ(lists[3].values, json::parse("[[1, 2], [3, 4]]").as_array());
}

TEST(LiteralLists, TakeWhateverBytes) {
  EXPECT_TRUE(find_literal_lists("").empty());
  EXPECT_TRUE(find_literal_lists("[1, 2").empty());
  EXPECT_TRUE(find_literal_lists(std::string(100000, '[')).empty());
  EXPECT_LE(find_literal_lists("[[[[[[[[1]]]]]]]").size(), 1U);
  EXPECT_EQ(
      find_literal_lists(std::string("[1][2][3][4][5][6][7][8]") + "[1][2][3][4][5][6][7][8][9]")
          .size(),
      kLiteralListsMax);
}

SlotSchema choice_slot(std::vector<std::string> choices) {
  SlotSchema slot;
  slot.name = "kind";
  for (std::string& choice : choices) slot.choices.emplace_back(std::move(choice));
  return slot;
}

TEST(NamedChoices, AreWholeWordsThatAreMeant) {
  const SlotSchema slot = choice_slot({"open", "close", "high_price", "high", "all", "low"});
  const auto named = [&slot](std::string_view request) {
    std::string text;
    for (const json::value& choice : named_choices(slot, request)) {
      text += std::string(choice.get_string()) + " ";
    }
    return text;
  };
  EXPECT_EQ(named("the 'Open' and the high price of all"), "open high_price ");
  EXPECT_EQ(named("reopening at a closed shop"), "");
  EXPECT_EQ(named("not the open but the close"), "close ");
  EXPECT_EQ(named("low rather than high"), "low ");
}

TEST(SpreadChoices, GivesACallForEachOtherChoice) {
  CallableTool tool;
  tool.slots = {choice_slot({"open", "close", "low"})};
  const json::object drafted{{"kind", "close"}, {"of", "X"}};
  const auto others = spread_choices(tool, "open, close and low of X", drafted, 8);
  ASSERT_EQ(others.size(), 2U);
  EXPECT_EQ(others[0], (json::object{{"kind", "open"}, {"of", "X"}}));
  EXPECT_EQ(others[1], (json::object{{"kind", "low"}, {"of", "X"}}));
  EXPECT_TRUE(spread_choices(tool, "the close of X", drafted, 8).empty());
  EXPECT_EQ(spread_choices(tool, "open, close and low of X", drafted, 1).size(), 1U);
}

TEST(SpreadChoices, LeavesSlotsThatShareTheirChoices) {
  CallableTool tool;
  tool.slots = {choice_slot({"km", "miles"}), choice_slot({"km", "miles"})};
  tool.slots[1].name = "to";
  EXPECT_TRUE(
      spread_choices(tool, "from km to miles", {{"kind", "km"}, {"to", "miles"}}, 8).empty());
}

TEST(NamedItems, AreThoseOfTheRequestAndOfTheDraft) {
  SlotSchema slot;
  slot.name = "facts";
  slot.type = SlotType::kArray;
  for (const char* choice : {"opening_hours", "prices", "ratings", "Carbohydrates"}) {
    slot.item_choices.emplace_back(choice);
  }
  const json::array drafted{"opening_hours", "prices"};
  EXPECT_EQ(named_items(slot, "a rating, the working hours of it", drafted),
            (json::array{"ratings", "opening_hours"})); // no price is spoken of
  EXPECT_EQ(named_items(slot, "prices without ratings", json::value()), json::array{"prices"});
  EXPECT_TRUE(named_items(slot, "the working hours", drafted).empty()); // the draft stands
}

TEST(SpreadLists, GoBackToTheFirstOfNumbers) {
  CallableTool tool;
  SlotSchema slot;
  slot.name = "years";
  slot.type = SlotType::kInteger;
  tool.slots = {slot};
  const std::string request = "the value after 10, 20 and 30 years";
  const auto others =
      spread_lists(tool, request, RequestOutline(request), json::object{{"years", 30}}, 8);
  ASSERT_EQ(others.size(), 2U);
  EXPECT_EQ(others[0].at("years"), json::value(10));
  EXPECT_EQ(others[1].at("years"), json::value(20));
}

// The pipeline: a model that likes whatever tool it is told of.
chat::Prompt two_wishes() {
  chat::Prompt prompt;
  prompt.messages = {chat::user_message(
      "Tell me the weather in Rome. Then tell me how many people live in Oslo.")};
  prompt.tools = {{"weather", "Tells the weather in a city", kCity},
                  {"population", "How many people live in a city", kCity}};
  return prompt;
}

CallingProfile sure() {
  CallingProfile profile;
  profile.scores_names = false;
  profile.describes = false;
  profile.due[static_cast<std::size_t>(CallSign::kBias)] = 4;     // p = 0.98
  profile.correct[static_cast<std::size_t>(CallSign::kBias)] = 0; // p = 0.5
  return profile;
}

TEST(CallPipeline, PlansEachPartAlone) {
  chat::FakeModel model({{.text = R"((city="Rome"))"}, {.text = R"((city="Oslo"))"}});
  const CallingProfile profile = sure();
  const chat::Prompt prompt = two_wishes();
  const auto plan = CallPipeline(model, profile).plan({.principal = {}, .prompt = prompt}, {});
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->calls.size(), 2U);
  EXPECT_EQ(plan->calls[0].tool, "weather");
  EXPECT_EQ(plan->calls[1].tool, "population");
  EXPECT_EQ(plan->calls[1].arguments.at("city"), json::value("Oslo"));
  EXPECT_DOUBLE_EQ(plan->correct_probability, 0.25); // both have to be right
}

TEST(CallPipeline, GoesBackToTheWholeWherePartsAreNoWishes) {
  chat::FakeModel model(
      {{.text = R"((city="Rome"))"}, {.text = R"((city="Oslo"))"}, {.text = R"((city="Rome"))"}});
  CallingProfile profile = sure();
  profile.due[static_cast<std::size_t>(CallSign::kBias)] =
      0.1; // p = 0.52: below the mean asked for
  const chat::Prompt prompt = two_wishes();
  const auto plan = CallPipeline(model, profile).plan({.principal = {}, .prompt = prompt}, {});
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->calls.size(), 1U);
  EXPECT_EQ(plan->choices[0].tools.size(), 2U); // of both
}

TEST(CallPipeline, TakesWhatAPartLacksFromBeforeIt) {
  chat::FakeModel model({{.text = R"((city="Rome"))"},
                         {.text = R"((city="Lima"))"}, // not in "how many people live there"
                         {.text = R"((city="Rome"))"}});
  const CallingProfile profile = sure();
  chat::Prompt prompt = two_wishes();
  prompt.messages = {
      chat::user_message("Tell me the weather in Rome. Then tell me how many people live there.")};
  const auto plan = CallPipeline(model, profile).plan({.principal = {}, .prompt = prompt}, {});
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->calls.size(), 2U);
  EXPECT_EQ(plan->calls[1].arguments.at("city"), json::value("Rome"));
}

} // namespace
} // namespace outpost::agents
