// Values that follow from what the request states: coordinates, amounts in two units, ends of
// stays, appointments.
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "agents/call/coordinates.h"
#include "agents/call/dates.h"
#include "agents/call/numbers.h"
#include "agents/calling/argument_check.h"
#include "agents/calling/flag_words.h"
#include "agents/calling/literal_lists.h"
#include "agents/calling/measures.h"
#include "agents/calling/slot_cues.h"
#include "agents/calling/stated_values.h"
#include "agents/calling/value_forms.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

SlotSchema stated_slot(SlotType type, std::string name, std::string description) {
  SlotSchema slot;
  slot.type = type;
  slot.item_type = SlotType::kNumber;
  slot.name = std::move(name);
  slot.description = std::move(description);
  return slot;
}

json::object stated(const std::vector<SlotSchema>& slots, const char* request,
                    json::object drafted) {
  apply_stated({"tool", "", slots}, RequestValues(request), drafted);
  return drafted;
}

std::vector<double> numbers_said(std::string_view text) {
  std::vector<double> values;
  for (const RequestNumber& number : find_numbers(text)) values.push_back(number.value);
  return values;
}

TEST(Coordinates, AreReadWithTheirSides) {
  const auto found = find_coordinates("from 48.2 N, 16.4 E to 3.1\u00b0 south and 60.0\u00b0 west");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].latitude, 48.2);
  EXPECT_EQ(found[0].longitude, 16.4);
  EXPECT_EQ(found[1].latitude, -3.1);
  EXPECT_EQ(found[1].longitude, -60);
  EXPECT_EQ(find_coordinates("(70.9 W, 33.4 S)")[0].latitude, -33.4);
  EXPECT_TRUE(find_coordinates("gate 5 N, 200 W of it; 95 N, 12 E").empty());
}

TEST(FindNumbers, ReadsSouthAndWest) {
  using Values = std::vector<double>;
  EXPECT_EQ(numbers_said("33.8 S, 151.2 E"), (Values{-33.8, 151.2}));
  EXPECT_EQ(numbers_said("lat 4.2 south, 12.5 degrees west"), (Values{-4.2, -12.5}));
  EXPECT_EQ(numbers_said("5 miles south, size 12 S"), (Values{5, 12}));
}

TEST(FindNumbers, ReadsMultiplesOfPi) {
  using Values = std::vector<double>;
  EXPECT_EQ(numbers_said("from 0 to 2 pi, pi/2, 3\u03c0/4"), (Values{0, 6.2832, 1.5708, 2.3562}));
  EXPECT_EQ(numbers_said("from -pi to pi"), (Values{-3.1416, 3.1416}));
  EXPECT_EQ(numbers_said("2 * pi * r, 4 pi r, my raspberry pi 4, 2 pilots"), (Values{2, 4, 4, 2}));
}

TEST(ApplyStated, FillsLatitudeAndLongitude) {
  const std::vector<SlotSchema> slots{stated_slot(SlotType::kNumber, "lat", ""),
                                      stated_slot(SlotType::kNumber, "lng", "")};
  EXPECT_EQ(stated(slots, "5 days at 37.8 N, 119.5 W", {{"lat", 37.8}, {"lng", 5}}),
            (json::object{{"lat", 37.8}, {"lng", -119.5}}));
  EXPECT_EQ(stated(slots, "at 1 N, 2 E and 3 N, 4 E", {{"lat", 3.0}, {"lng", 2.0}}),
            (json::object{{"lat", 3.0}, {"lng", 4.0}}));
  EXPECT_EQ(stated(slots, "at 5 north street", {{"lat", 5}}), (json::object{{"lat", 5}}));
  const char* const note = "A place as (latitude, longitude)";
  const std::vector<SlotSchema> lists{stated_slot(SlotType::kArray, "a", note),
                                      stated_slot(SlotType::kArray, "b", note)};
  EXPECT_EQ(stated(lists, "from (1.5 S, 2.5 E) to (3.5 N, 4.5 W)", {{"a", json::array{1.5, 3.5}}}),
            (json::object{{"a", json::array{-1.5, 2.5}}, {"b", json::array{3.5, -4.5}}}));
  EXPECT_EQ(find_literal_lists("near (1.5 S, 2.5 E)")[0].values, (json::array{-1.5, 2.5}));
}

TEST(ApplyStated, FillsTheBoundsOfARange) {
  const SlotSchema least = stated_slot(SlotType::kNumber, "min_width", "");
  const SlotSchema most = stated_slot(SlotType::kNumber, "max_width", "");
  const json::object wrong{{"min_width", 8}, {"max_width", 3}};
  EXPECT_EQ(stated({least, most}, "3 shelves between 2.5 and 8 feet wide", wrong),
            (json::object{{"min_width", 2.5}, {"max_width", 8}}));
  EXPECT_EQ(stated({least, most}, "from 3 to 8 or from 2 to 5", wrong), wrong);
  EXPECT_EQ(stated({least, most}, "8 shelves, at least 3 wide", wrong), wrong);
  EXPECT_EQ(stated({least}, "from 3 to 8", {{"min_width", 8}}), (json::object{{"min_width", 8}}));
}

TEST(ApplyStated, GivesAmountsOfTwoUnitsInOne) {
  const auto amount = [](const char* note, double said, const char* request) {
    return stated({stated_slot(SlotType::kNumber, "size", note)}, request, {{"size", said}})
        .at("size");
  };
  EXPECT_EQ(amount("How tall, in inches", 5, "he is 5ft 10in"), json::value(70));
  EXPECT_EQ(amount("How tall, in inches", 10, "he is 5'10\" tall"), json::value(70));
  EXPECT_EQ(amount("Height (cm)", 5, "5 feet and 10 inches"), json::value(177.8));
  EXPECT_EQ(amount("Length in minutes", 30, "for 1 hour and 30 minutes"), json::value(90));
  EXPECT_EQ(amount("Length in minutes", 1, "for 1h 30m"), json::value(90));
  EXPECT_EQ(amount("Weight in grams", 2, "2 kg 300 g of flour"), json::value(2300));
  EXPECT_EQ(amount("Weight in ounces", 3, "3 lb 4 oz"), json::value(52));
  EXPECT_EQ(amount("Term in months", 1, "1 year and 6 months"), json::value(18));
  EXPECT_EQ(amount("Speed in meters per second", 2, "2 km 300 m"), json::value(2.0));
  EXPECT_EQ(amount("Weight in grams", 5, "5 ft 10 in"), json::value(5.0)) << "of another kind";
  EXPECT_EQ(amount("How tall, in inches", 5, "5ft 10in and 5ft 8in"), json::value(5.0)) << "whose?";
  const std::vector<SlotSchema> apart{stated_slot(SlotType::kInteger, "feet", ""),
                                      stated_slot(SlotType::kInteger, "inches", "")};
  const json::object parts{{"feet", 5}, {"inches", 10}};
  EXPECT_EQ(stated(apart, "he is 5ft 10in", parts), parts);
  EXPECT_EQ(amount("Length in minutes", 60, "for 1 hour and 30 minutes"), json::value(90));
  EXPECT_EQ(RequestValues("5ft 10in").support(70), 1);
  EXPECT_EQ(RequestValues("5ft 10in").support(71), 0);
  EXPECT_TRUE(find_compounds("2 hours and 90 minutes, 3 kg and 4 feet; 5 in 10 days").empty());
}

TEST(InForm, WritesAnHourOfTwentyFour) {
  const SlotSchema slot = stated_slot(SlotType::kInteger, "closes", "The hour, 24-hour clock");
  EXPECT_EQ(in_form(slot, 11, RequestValues("open until 11 PM")), json::value(23));
  EXPECT_EQ(in_form(slot, 12, RequestValues("open until 12 am")), json::value(0));
  EXPECT_EQ(in_form(slot, 3, RequestValues("3 places open until 11 PM")), json::value(3));
  EXPECT_EQ(in_form(slot, 11, RequestValues("open until 11:30 PM")), json::value(11));
}

TEST(FindDates, ReadsMonthsGluedToDays) {
  const auto day_in = [](std::string_view text) {
    const auto found = find_dates(text);
    return found.size() == 1 ? found[0].date : CalendarDate{};
  };
  EXPECT_EQ(day_in("on June01 2023, please"), (CalendarDate{2023, 6, 1}));
  EXPECT_EQ(day_in("on 1stJune 2022"), (CalendarDate{2022, 6, 1}));
  EXPECT_EQ(day_in("since Jan.5,2021 or so"), (CalendarDate{2021, 1, 5}));
  EXPECT_EQ(day_in("by 07Nov2024"), (CalendarDate{2024, 11, 7}));
  EXPECT_TRUE(find_dates("the mar10 2023 model, item12 345 2022").size() <= 1);
}

TEST(FindDates, LeavesAWordWithoutEndWhole) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "jan1st2000";
  EXPECT_TRUE(find_dates(text).empty());
}

TEST(ExactInteger, IsOneWhoseDigitsADoubleTells) {
  EXPECT_EQ(exact_integer(-7), -7);
  EXPECT_EQ(exact_integer(9e15), 9'000'000'000'000'000);
  EXPECT_FALSE(exact_integer(2.5));
  EXPECT_FALSE(exact_integer(2e250));
  EXPECT_FALSE(exact_integer(std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(exact_integer(std::numeric_limits<double>::quiet_NaN()));
}

TEST(ApplyStated, EndsAStayThatIsCounted) {
  const std::vector<SlotSchema> slots{stated_slot(SlotType::kString, "check_in", "As YYYY-MM-DD"),
                                      stated_slot(SlotType::kString, "check_out", "As YYYY-MM-DD")};
  const json::object drafted{{"check_in", "2024-05-30"}, {"check_out", "2024-05-30"}};
  EXPECT_EQ(stated(slots, "a room from 30 May 2024 for 3 nights", drafted).at("check_out"),
            "2024-06-02");
  EXPECT_EQ(stated(slots, "from 2024-05-30, for two weeks", drafted).at("check_out"), "2024-06-13");
  EXPECT_EQ(stated(slots, "from 30 May 2024", drafted), drafted);
  EXPECT_EQ(stated(slots, "3 nights, 30 May 2024 to 1 June 2024", drafted), drafted);
  EXPECT_EQ(stated(slots, "from 30 May 2024, in 2 weeks", drafted), drafted);
}

TEST(ApplyStated, KeepsToTheOnlyTimeAndDay) {
  const SlotSchema when =
      stated_slot(SlotType::kString, "when", "ISO 8601, timezone is not included");
  EXPECT_EQ(stated({when}, "on May 2, 2024 at 4pm", {{"when", "2024-05-02T14:00:00Z"}}).at("when"),
            "2024-05-02T16:00:00");
  EXPECT_EQ(stated({when}, "at 4pm UTC", {{"when", "2024-05-02T16:00:00Z"}}).at("when"),
            "2024-05-02T16:00:00Z");
  EXPECT_EQ(
      stated({when}, "on May 2, 2024 at 4pm or 5pm", {{"when", "2023-05-02T17:00"}}).at("when"),
      "2024-05-02T17:00");
  const SlotSchema plain = stated_slot(SlotType::kString, "when", "ISO 8601");
  const SlotSchema zone = stated_slot(SlotType::kString, "timezone", "");
  EXPECT_EQ(stated({plain, zone}, "at 4pm", {{"when", "2024-05-02T16:00Z"}}).at("when"),
            "2024-05-02T16:00");
  EXPECT_EQ(stated({plain}, "at 4pm", {{"when", "2024-05-02T16:00Z"}}).at("when"),
            "2024-05-02T16:00Z");
  const SlotSchema end = stated_slot(SlotType::kString, "end", "ISO 8601");
  const json::object both{{"when", "2024-05-02T16:00Z"}, {"end", "2024-05-02T17:00Z"}};
  EXPECT_EQ(stated({plain, end}, "from 4pm for an hour", both), both);
}

TEST(FlagWords, HearWhatIsAskedFor) {
  SlotSchema slot = stated_slot(SlotType::kBoolean, "owners", "Whether to include the owners");
  const CallableTool tool{"get_house_owners", "The history and owners of a house", {slot}};
  const auto named = [&](const char* request) {
    return flag_words(tool, slot, RequestValues(request)).named;
  };
  EXPECT_TRUE(named("the history of the mill with its owners"));
  EXPECT_TRUE(named("the history and owners of the mill"));
  EXPECT_FALSE(named("who are the owners of the mill"));
  EXPECT_FALSE(named("the history of the mill without owners"));
  const FlagWords torn =
      flag_words(tool, slot, RequestValues("with its owners, then again without owners"));
  EXPECT_TRUE(torn.torn);
  EXPECT_TRUE(named("the mill, and information about its owners"));
  slot.description = "Owners or not";
  EXPECT_FALSE(named("the history and owners of the mill"));
}

TEST(FlagWords, AreNamedWhereTheNameStandsInTheRequest) {
  SlotSchema slot = stated_slot(SlotType::kBoolean, "is_night_train", "");
  const CallableTool tool{"find_ways", "Finds trains, by night or day", {slot}};
  EXPECT_TRUE(flag_words(tool, slot, RequestValues("any night trains to Graz?")).named);
  EXPECT_FALSE(flag_words(tool, slot, RequestValues("a train to Graz at night")).named);
  EXPECT_FALSE(
      flag_words(tool, slot, RequestValues("it need not be one of the night trains")).named);
}

TEST(LeaveOutUnfounded, KnowsThatNightsAreNoRooms) {
  const SlotSchema rooms = stated_slot(SlotType::kInteger, "rooms", "How many rooms");
  const SlotSchema stay = stated_slot(SlotType::kInteger, "stay", "How long to stay");
  const CallableTool tool{"book", "", {rooms, stay}};
  json::object arguments{{"rooms", 4}, {"stay", 4}};
  leave_out_unfounded({"book", "", {rooms}}, RequestValues("an inn for 4 nights"), arguments);
  EXPECT_EQ(arguments, (json::object{{"stay", 4}}));
  json::object two{{"rooms", 4}};
  leave_out_unfounded(tool, RequestValues("4 rooms for 4 nights"), two);
  EXPECT_EQ(two, (json::object{{"rooms", 4}}));
}

TEST(ApplyCues, TellsFlagsThatOptOut) {
  const CallableTool tool{"find_route",
                          "Finds a way",
                          {stated_slot(SlotType::kBoolean, "avoid_tolls", ""),
                           stated_slot(SlotType::kBoolean, "legend", "")}};
  const std::string request = "to Graz with no tolls and without a legend";
  json::object arguments{{"avoid_tolls", false}, {"legend", true}};
  apply_cues(tool, request, RequestOutline(request), true, arguments);
  EXPECT_EQ(arguments, (json::object{{"avoid_tolls", true}, {"legend", false}}));
}

TEST(ApplyCues, ChangesNumbersThatStandBesideEachOthersNames) {
  const CallableTool tool{"share",
                          "",
                          {stated_slot(SlotType::kInteger, "total_cost", ""),
                           stated_slot(SlotType::kInteger, "working_people", "")}};
  const std::string request = "30 thousand working people and a total cost of 2 million";
  json::object arguments{{"total_cost", 30000}, {"working_people", 2000000}};
  apply_cues(tool, request, RequestOutline(request), true, arguments);
  EXPECT_EQ(arguments, (json::object{{"total_cost", 2000000}, {"working_people", 30000}}));
}

} // namespace
} // namespace outpost::agents
