// What rules say about arguments: numbers, dates, cues, optional values, leftovers.
#include <gtest/gtest.h>

#include "agents/call/dates.h"
#include "agents/calling/argument_check.h"
#include "agents/calling/flag_words.h"
#include "agents/calling/number_brackets.h"
#include "agents/calling/request_coverage.h"
#include "agents/calling/request_outline.h"
#include "agents/calling/request_values.h"
#include "agents/calling/slot_cues.h"
#include "agents/calling/tool_schema.h"
#include "agents/calling/value_grammar.h"
#include "agents/calling/value_lists.h"
#include "agents/calling/wish_clauses.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

CallableTool tool_of(const std::string& properties, const std::string& required) {
  const auto tool = read_tool(
      {"area_of", "Computes the area of a shape",
       R"({"type":"object","properties":)" + properties + R"(,"required":)" + required + "}"});
  EXPECT_TRUE(tool);
  return tool ? *tool : CallableTool{};
}

std::vector<double> numbers_in(std::string_view text) {
  std::vector<double> values;
  for (const RequestNumber& number : find_numbers(text)) values.push_back(number.value);
  return values;
}

TEST(FindNumbers, ReadsHowPeopleWriteThem) {
  using Values = std::vector<double>;
  EXPECT_EQ(numbers_in("1,234.5 and $5,000,000"), (Values{1234.5, 5000000}));
  EXPECT_EQ(numbers_in("twenty-five people, two dogs"), (Values{25, 2}));
  EXPECT_EQ(numbers_in("3 million or 5k or $7K"), (Values{3000000, 5000, 7000}));
  EXPECT_EQ(numbers_in("air at 298K, twice x2"), (Values{298, 2, 2}));
  EXPECT_EQ(numbers_in("between -4 and 70kg"), (Values{-4, 70}));
  EXPECT_EQ(numbers_in("order A-20417 of room B12"), (Values{20417}));
  EXPECT_EQ(numbers_in("5 m/s^2 for 3 s, 2^10"), (Values{5, 3, 2, 10}));
  EXPECT_TRUE(numbers_in("no number at all").empty());
}

TEST(FindNumbers, ReadsPowersOfTen) {
  using Values = std::vector<double>;
  EXPECT_EQ(numbers_in("1e-9 and 2E6, 9.1 x 10^-31 or 5*10^3"), (Values{1e-9, 2e6, 9.1e-31, 5e3}));
  EXPECT_EQ(numbers_in("10^5 of them, 3 x 10 tiles"), (Values{1e5, 3, 10}));
  EXPECT_EQ(numbers_in("5 eggs, 5e, 1e99999, 1e999"), (Values{5, 5, 1, 1}));
}

TEST(FindNumbers, ReadsTermsPlacesAndRest) {
  using Values = std::vector<double>;
  EXPECT_EQ(numbers_in("5x^2 - 7x + 3 = 0"), (Values{5, -7, 3, 0}));
  EXPECT_EQ(numbers_in("pages 3 - 7, a - 4"), (Values{3, 7, -4}));
  EXPECT_EQ(numbers_in("33.44 N, 112.07 W; 33.9\u00b0 S"), (Values{33.44, -112.07, -33.9}));
  EXPECT_EQ(numbers_in("a 60 W lamp, 5 S"), (Values{60, 5}));
  EXPECT_EQ(numbers_in("starts from rest for 5 s; the rest of it"), (Values{0, 5}));
}

TEST(FindNumbers, KnowsPercentages) {
  const RequestValues values("at 3.5% a year");
  EXPECT_TRUE(values.has_number(3.5));
  EXPECT_TRUE(values.has_number(0.035));
  EXPECT_FALSE(values.has_number(35));
}

TEST(ReadTool, PutsCompulsorySlotsFirstAndRefusesWhatIsNoSchema) {
  const CallableTool tool =
      tool_of(R"({"unit":{"type":"string"},"width":{"type":"integer"}})", R"(["width"])");
  ASSERT_EQ(tool.slots.size(), 2U);
  EXPECT_EQ(tool.slots[0].name, "width");
  EXPECT_TRUE(tool.slots[0].required);
  EXPECT_FALSE(tool.slots[1].required);
  const auto bad = read_tool({"x", "", "[1]"});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ErrorCode::kInvalidArgument);
}

TEST(ReadTool, StopsAtDeepSchemas) {
  std::string schema = R"({"type":"string"})";
  for (int i = 0; i < 12; ++i) {
    schema = R"({"type":"object","properties":{"a":)" + schema + "}}";
  }
  EXPECT_TRUE(read_tool({"deep", "", schema}));
}

TEST(ReadDate, ReadsDatesWithAYearOnly) {
  EXPECT_EQ(read_date("14th of March 2025"), (CalendarDate{2025, 3, 14}));
  EXPECT_EQ(read_date("Mar.11, 2022"), (CalendarDate{2022, 3, 11}));
  EXPECT_EQ(read_date("2023-01-05"), (CalendarDate{2023, 1, 5}));
  EXPECT_FALSE(read_date("next Monday"));
  EXPECT_FALSE(read_date("14 March"));
  EXPECT_FALSE(read_date("2023-13-05"));
}

TEST(ApplyCues, PutsNamedValuesIntoTheirSlots) {
  const CallableTool tool = tool_of(
      R"({"base":{"type":"integer"},"height":{"type":"integer"},"legend":{"type":"boolean"},)"
      R"("kind":{"type":"string","enum":["triangle","square"]}})",
      R"(["base","height"])");
  const std::string request = "a triangle with a height of 5 and a base of 10, with a legend";
  json::object arguments{{"base", 5}, {"height", 5}};
  apply_cues(tool, request, RequestOutline(request), false, arguments);
  EXPECT_EQ(arguments.at("base"), json::value(10));
  EXPECT_EQ(arguments.at("height"), json::value(5));
  EXPECT_EQ(arguments.at("legend"), json::value(true));
  EXPECT_EQ(arguments.at("kind"), json::value("triangle"));
}

TEST(ApplyCues, LeavesWhatTheRequestHasWhereToldTo) {
  const CallableTool tool = tool_of(R"({"base":{"type":"integer"}})", R"(["base"])");
  const std::string request = "a base of 10, no, 12";
  json::object arguments{{"base", 12}};
  apply_cues(tool, request, RequestOutline(request), true, arguments);
  EXPECT_EQ(arguments.at("base"), json::value(12));
}

TEST(ApplyCues, ReadsFlagsAndChoicesFromTheirWords) {
  const CallableTool tool =
      tool_of(R"({"zone":{"type":"string","enum":["UTC","Europe/Vienna","Asia/Tokyo"]},)"
              R"("rooms":{"type":"string","enum":["1","2","dontcare"]},)"
              R"("balcony":{"type":"string","enum":["True","False","dontcare"]}})",
              "[]");
  const std::string request = "two rooms with a balcony, Vienna time";
  json::object arguments;
  apply_cues(tool, request, RequestOutline(request), false, arguments);
  EXPECT_EQ(arguments.at("zone"), json::value("Europe/Vienna"));
  EXPECT_EQ(arguments.at("rooms"), json::value("2"));
  EXPECT_EQ(arguments.at("balcony"), json::value("True"));
  leave_out_unfounded(tool, RequestValues(request), arguments);
  EXPECT_EQ(arguments.size(), 3U);
}

TEST(FlagWords, TellNamedFromHintedAndRefused) {
  const CallableTool tool =
      tool_of(R"({"private_view":{"type":"boolean"},"shape_legend":{"type":"boolean"}})", "[]");
  const FlagWords hinted = flag_words(tool, tool.slots[0], RequestValues("send it privately"));
  EXPECT_TRUE(hinted.hinted);
  EXPECT_FALSE(hinted.named);
  const FlagWords refused = flag_words(tool, tool.slots[1], RequestValues("without a legend"));
  EXPECT_TRUE(refused.named);
  EXPECT_TRUE(refused.refused);
  // "shape" is the tool's own word.
  EXPECT_FALSE(flag_words(tool, tool.slots[1], RequestValues("the area of this shape")).named);
}

TEST(MayBeFounded, IsFalseForWhatNoValueCouldStand) {
  const CallableTool tool =
      tool_of(R"({"side":{"type":"number"},"digits":{"type":"integer"},"note":{"type":"string"},)"
              R"("unit":{"type":"string","enum":["cm","inch"]},"exact":{"type":"boolean"}})",
              R"(["side"])");
  const auto may = [&tool](std::size_t slot, std::string_view request) {
    return may_be_founded(tool, tool.slots[slot], RequestValues(request));
  };
  EXPECT_TRUE(may(0, "a square"));
  EXPECT_FALSE(may(1, "a square"));
  EXPECT_TRUE(may(1, "a square of 7"));
  EXPECT_TRUE(may(2, "a square"));
  EXPECT_FALSE(may(3, "a square"));
  EXPECT_TRUE(may(3, "a square in cm"));
  EXPECT_FALSE(may(4, "a square"));
  EXPECT_TRUE(may(4, "exactly a square"));
}

TEST(LeaveOutUnfounded, KeepsOnlyWhatTheRequestGives) {
  const CallableTool tool = tool_of(
      R"({"width":{"type":"integer"},"unit":{"type":"string"},"digits":{"type":"integer"}})",
      R"(["width"])");
  const RequestValues request("a square with sides of 7, in inches");
  json::object arguments{{"width", 7}, {"unit", "inches"}, {"digits", 2}};
  leave_out_unfounded(tool, request, arguments);
  EXPECT_TRUE(arguments.contains("unit"));
  EXPECT_FALSE(arguments.contains("digits"));
  arguments["unit"] = "parsec";
  leave_out_unfounded(tool, request, arguments);
  EXPECT_FALSE(arguments.contains("unit"));
  EXPECT_TRUE(arguments.contains("width"));
}

TEST(ValueRules, MakeAListNoLongerThanTheRequestHasNumbers) {
  SlotSchema slot;
  slot.type = SlotType::kArray;
  slot.item_type = SlotType::kInteger;
  const auto rules = [&slot](std::string_view request) {
    ValueSource source;
    source.numbers = find_numbers(request);
    source.copies_numbers = true;
    return value_rules("v", slot, source);
  };
  EXPECT_EQ(rules("the mean of 3"), "v: \"[\" v_item \"]\"\nv_item: \"3\"\n");
  EXPECT_EQ(rules("the mean of 3, 3 and 4"),
            "v: \"[\" v_item (\", \" v_item){0,2} \"]\"\nv_item: \"3\" | \"4\"\n");
}

TEST(ValueRules, TakeAListThatStandsThere) {
  SlotSchema slot;
  slot.type = SlotType::kArray;
  slot.item_type = SlotType::kInteger;
  ValueSource source;
  source.numbers = find_numbers("sort [3, 1] and [2]");
  source.copies_numbers = true;
  source.lists = {json::array{3, 1}, json::array{2}, json::array{"no", "number"}};
  EXPECT_EQ(value_rules("v", slot, source), "v: \"[3, 1]\" | \"[2]\"\n");
}

TEST(RequestOutline, TakesAListAsOneValue) {
  RequestOutline outline("Sort [3, 1.0, 2] by 7");
  EXPECT_EQ(outline.unused(), 2U);
  EXPECT_EQ(outline.unused_numbers(), (std::vector<double>{7}));
  ASSERT_EQ(outline.unused_lists().size(), 1U);
  EXPECT_EQ(outline.use({{"list", json::array{3, 1, 2}}}), 1U);
  EXPECT_TRUE(outline.unused_lists().empty());
}

TEST(LeaveOutUnfounded, KnowsADateInAnotherForm) {
  const CallableTool tool = tool_of(R"({"date":{"type":"string"}})", "[]");
  json::object arguments{{"date", "2023-04-25"}};
  leave_out_unfounded(tool, RequestValues("the weather on April 25th 2023"), arguments);
  EXPECT_TRUE(arguments.contains("date"));
  leave_out_unfounded(tool, RequestValues("the weather in 2023"), arguments);
  EXPECT_FALSE(arguments.contains("date"));
}

TEST(FindRepetition, NamesTheSlotThatSaysAgain) {
  const CallableTool tool =
      tool_of(R"({"from":{"type":"string"},"to":{"type":"string"}})", R"(["from","to"])");
  const SlotSchema* slot = find_repetition(tool, {{"from", "Basel"}, {"to", "Basel"}});
  ASSERT_NE(slot, nullptr);
  EXPECT_EQ(slot->name, "to");
  EXPECT_EQ(find_repetition(tool, {{"from", "Basel"}, {"to", "Milan"}}), nullptr);
}

TEST(RequiredSupport, CountsWhatTheRequestDoesNotGive) {
  const CallableTool tool =
      tool_of(R"({"from":{"type":"string"},"to":{"type":"string"}})", R"(["from","to"])");
  const auto support =
      required_support(tool, RequestValues("from Basel"), {{"from", "Basel"}, {"to", "Milan"}});
  EXPECT_DOUBLE_EQ(support.share, 0.5);
  EXPECT_DOUBLE_EQ(support.missing, 1);
}

TEST(RequestOutline, TellsWhatIsLeftOver) {
  RequestOutline outline("Weather in Boston and San Francisco, then 'Jazz' at 20");
  EXPECT_EQ(outline.unused(), 4U);
  EXPECT_TRUE(outline.joins_wishes());
  EXPECT_EQ(outline.use({{"city", "boston"}}), 1U);
  EXPECT_EQ(outline.unused_texts(), (std::vector<std::string>{"San Francisco", "Jazz"}));
  EXPECT_EQ(outline.unused_numbers(), (std::vector<double>{20}));
  EXPECT_EQ(outline.unused_like({{"city", "boston"}}), 2U);
  EXPECT_EQ(outline.unused_like({{"n", 7}}), 0U);
  outline.use({{"list", json::array{"San Francisco", "Jazz"}}, {"n", 20}});
  EXPECT_EQ(outline.unused(), 0U);
}

TEST(RequestOutline, KeepsAValueForEveryWishThatHasIt) {
  const std::string request = "Change 10 dollars into euros. Then put 10 dollars into account 77.";
  RequestOutline outline(request);
  EXPECT_EQ(outline.use({{"account", 77}, {"amount", 10}}), 2U);
  EXPECT_EQ(outline.unused_numbers(), (std::vector<double>{10}));
  EXPECT_EQ(outline.rest(request), "Change 10 dollars into euros..");
}

TEST(RequestOutline, PointsAtTheNextOpenWish) {
  const std::string request = "I like films. Find 3 with Agnes Varda, then 7 from Bern. Thanks!";
  RequestOutline outline(request);
  EXPECT_EQ(outline.next_part(request), " Find 3 with Agnes Varda, ");
  outline.use({{"count", 3}, {"who", "Agnes Varda"}});
  EXPECT_EQ(outline.next_part(request), "then 7 from Bern.");
  outline.use({{"count", 7}, {"where", "Bern"}});
  EXPECT_EQ(outline.next_part(request), "");
}

TEST(RequestValues, HasATextOnlyAsWholeWords) {
  const RequestValues request("the Hilton Hotel in 東京都");
  EXPECT_DOUBLE_EQ(request.word_share("hilton hotel"), 1);
  EXPECT_DOUBLE_EQ(request.word_share("IL"), 0);
  EXPECT_DOUBLE_EQ(request.word_share("京都"), 1);
}

TEST(RequestOutline, EndsANameBeforeWhoSpeaks) {
  const RequestOutline outline("Films by Agnes Varda I have not seen");
  ASSERT_FALSE(outline.values().empty());
  EXPECT_EQ(outline.values().back().text, "Agnes Varda");
}

TEST(RequestCoverage, LeavesWhatNoCallExplains) {
  RequestCoverage coverage("Check the weather in Rome and play some jazz");
  EXPECT_DOUBLE_EQ(coverage.share_left(), 1);
  CallableTool weather;
  weather.name = "weather_check";
  coverage.explain(weather, {{"city", "Rome"}});
  EXPECT_EQ(coverage.rest(), "play jazz");
  EXPECT_DOUBLE_EQ(coverage.share_left(), 0.4);
}

TEST(SplitWishes, CutsWhereAnotherMayBegin) {
  const std::string text = "What is the capital, how big is Bonn and who rules? Play jazz.";
  std::vector<std::string> parts;
  for (const Clause& wish : split_wishes(text)) {
    parts.push_back(text.substr(wish.begin, wish.end - wish.begin));
  }
  EXPECT_EQ(parts, (std::vector<std::string>{"What is the capital, ", "how big is Bonn ",
                                             "and who rules?", " Play jazz."}));
  EXPECT_TRUE(split_wishes("").empty());
}

TEST(SplitWishes, KnowsWhatAsks) {
  EXPECT_TRUE(asks_for_something("And finally, could you find another recipe?"));
  EXPECT_TRUE(asks_for_something("then play some jazz"));
  EXPECT_TRUE(asks_for_something("After that, I'd like to know its height"));
  EXPECT_TRUE(asks_for_something("how far is it"));
  EXPECT_FALSE(asks_for_something("I have 5000 dollars"));
  EXPECT_FALSE(asks_for_something("and London"));
  EXPECT_FALSE(asks_for_something(""));
}

std::vector<std::string> list_from(const std::string& request, std::string_view first) {
  const std::size_t at = request.find(first);
  std::vector<std::string> items;
  for (const auto item : list_after(request, at, at + first.size(), RequestOutline(request))) {
    items.emplace_back(item);
  }
  return items;
}

TEST(ListAfter, ReadsOnWhileItIsAList) {
  using Items = std::vector<std::string>;
  EXPECT_EQ(list_from("the weather in Rome, San Marino and in Bari", "Rome"),
            (Items{"San Marino", "Bari"}));
  EXPECT_EQ(list_from("worth after 5, 10 or 20 years", "5"), (Items{"10", "20"}));
  EXPECT_EQ(list_from("put milk, bread and soap on the list", "milk"), (Items{"bread", "soap"}));
  EXPECT_EQ(list_from("for 5 kg and 7 kg", "5"), (Items{"7"}));
  EXPECT_EQ(list_from("translate \"yes\" and 'no'", "\"yes\""), (Items{"no"}));
  EXPECT_EQ(list_from("in Austin, TX and in Madison, WI", "Austin, TX"), (Items{"Madison, WI"}));
  EXPECT_TRUE(list_from("a hotel in Paris, France for 2 nights", "Paris").empty());
  EXPECT_TRUE(list_from("Rome to Bari and back", "Rome").empty());
  EXPECT_TRUE(list_from("Rome and", "Rome").empty());
  EXPECT_TRUE(list_from("user 'ann', and use a password", "ann").empty());
}

TEST(SpreadLists, GivesEachBracketOfNumbersACall) {
  const CallableTool tool =
      tool_of(R"({"x":{"type":"integer"},"y":{"type":"integer"},"to":{"type":"string"}})", "[]");
  const std::string request = "mark (3, 4), (6, 8) and (9, 2, 5)";
  const auto calls = spread_lists(tool, request, RequestOutline(request), {{"x", 3}, {"y", 4}}, 8);
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0], (json::object{{"x", 6}, {"y", 8}}));
  // The numbers of no bracket, or in another order.
  EXPECT_TRUE(
      spread_lists(tool, request, RequestOutline(request), {{"x", 4}, {"y", 3}}, 8).empty());
}

TEST(KeepToBracket, TakesOutNumbersOfAnother) {
  const CallableTool tool = tool_of(
      R"({"x":{"type":"integer"},"y":{"type":"integer"},"z":{"type":"integer"}})", R"(["x","y"])");
  const RequestOutline outline("mark (3, 4), (6, 8) and (9, 2, 5) in red 7");
  json::object call{{"x", 3}, {"y", 4}, {"z", 6}};
  keep_to_bracket(tool, outline, call);
  EXPECT_EQ(call, (json::object{{"x", 3}, {"y", 4}}));
  EXPECT_EQ(spread_brackets(tool, outline, call),
            (std::vector<json::object>{{{"x", 6}, {"y", 8}}, {{"x", 9}, {"y", 2}, {"z", 5}}}));
  call["z"] = 7; // of no bracket
  keep_to_bracket(tool, outline, call);
  EXPECT_TRUE(call.contains("z"));
}

TEST(SpreadLists, GivesEachOtherValueACall) {
  const CallableTool tool = tool_of(
      R"({"city":{"type":"string"},"year":{"type":"integer"},"to":{"type":"string"}})", "[]");
  const auto spread = [&tool](const std::string& request, const json::object& arguments) {
    return chat::json_text([&] {
      json::array calls;
      for (auto& call : spread_lists(tool, request, RequestOutline(request), arguments, 8)) {
        calls.push_back(std::move(call));
      }
      return calls;
    }());
  };
  EXPECT_EQ(spread("in Rome and Bari", {{"city", "Rome"}}), R"([{"city":"Bari"}])");
  EXPECT_EQ(spread("in Austin, Texas, and Boston, Massachusetts", {{"city", "Austin, TX"}}),
            R"([{"city":"Boston, Massachusetts"}])");
  EXPECT_EQ(spread("a width in Rome and the other in Bari", {{"city", "Rome"}}), "[]");
  EXPECT_EQ(spread("5 boxes of salt and a sack of rice", {{"city", "salt"}}), "[]");
  EXPECT_EQ(spread("in Rome and Bari in 1990 and 2000", {{"city", "Rome"}, {"year", 1990}}),
            R"([{"city":"Bari","year":1990},{"city":"Rome","year":2000},)"
            R"({"city":"Bari","year":2000}])");
  EXPECT_EQ(
      spread("Rome and Bari in 1990 and 2000, respectively", {{"city", "Rome"}, {"year", 1990}}),
      R"([{"city":"Bari","year":2000}])");
  EXPECT_EQ(spread("the way from Rome and Bari", {{"city", "Rome"}, {"to", "Bari"}}), "[]");
  EXPECT_EQ(spread("between 1990 and 2000", {{"year", 1990}}), "[]");
  EXPECT_EQ(spread("Rome and Bari, the first in 1990, the second in 2000",
                   {{"city", "Rome"}, {"year", 1990}}),
            "[]");
}

} // namespace
} // namespace outpost::agents
