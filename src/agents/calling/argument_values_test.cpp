// Values by what is known outside of the request: regions of towns, days counted from today, whose
// number a number is, what a note says of a name.
#include <gtest/gtest.h>

#include "agents/calling/argument_check.h"
#include "agents/calling/known_towns.h"
#include "agents/calling/relative_days.h"
#include "agents/calling/slot_cues.h"
#include "agents/calling/value_forms.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

SlotSchema text_slot(std::string name, std::string description) {
  SlotSchema slot;
  slot.name = std::move(name);
  slot.description = std::move(description);
  return slot;
}

json::value formed(const SlotSchema& slot, const char* text, const char* request) {
  return in_form(slot, json::value(text), RequestValues(request));
}

CallableTool schema_tool(const std::string& name, const std::string& properties,
                         const std::string& required) {
  return *read_tool(
      {name, "",
       R"({"type":"object","properties":)" + properties + R"(,"required":)" + required + "}"});
}

json::object cued(const CallableTool& tool, const std::string& request, json::object arguments) {
  apply_cues(tool, request, RequestOutline(request), false, arguments);
  return arguments;
}

TEST(InForm, GivesTownsTheRegionThatTheNoteShows) {
  const SlotSchema slot = text_slot("place", "City, State, as in Reno, NV, or City, Country");
  EXPECT_EQ(formed(slot, "Lyon, CA", "rain in Lyon"), json::value("Lyon, France"));
  EXPECT_EQ(formed(slot, "Boston", "rain in Boston"), json::value("Boston, MA"));
  EXPECT_EQ(formed(slot, "Salem, Oregon", "rain in Salem"), json::value("Salem, OR"));
  EXPECT_EQ(formed(slot, "Boston, GA", "rain in Boston, GA"), json::value("Boston, GA"));
  EXPECT_EQ(formed(slot, "Leeds, UK", "rain in Leeds"), json::value("Leeds, UK"));
  const SlotSchema coded = text_slot("place", "City, State or City, Country, as in Oslo, NO");
  EXPECT_EQ(formed(coded, "Lagos, Nigeria", "in Lagos, Nigeria"), json::value("Lagos, NG"));
  EXPECT_EQ(region_of_town("LIMA")->name, "Peru");
  EXPECT_FALSE(region_of_town("|"));
  EXPECT_FALSE(region_of_town("Nowhere"));
}

TEST(InForm, CutsWhatSurroundsAName) {
  const SlotSchema town = text_slot("city", "Where to look");
  EXPECT_EQ(formed(town, "Salem, OR", "rain in Salem, OR"), json::value("Salem"));
  EXPECT_EQ(formed(town, "to Turin", "a trip to Turin"), json::value("Turin"));
  EXPECT_EQ(formed(town, "Turin 2024-05-02", "rain in Turin 2024-05-02"), json::value("Turin"));
  const SlotSchema title = text_slot("title", "Of the film");
  EXPECT_EQ(formed(title, "To Die For", "see To Die For"), json::value("To Die For"));
  const SlotSchema state = text_slot("state", "The state's abbreviation");
  EXPECT_EQ(formed(state, "Texas", "taxes in Texas"), json::value("TX"));
}

TEST(InForm, WritesPercentagesAsDecimalsWhereToldTo) {
  SlotSchema slot = text_slot("share", "As a decimal, 4% is 0.04");
  slot.type = SlotType::kNumber;
  EXPECT_EQ(in_form(slot, 6, RequestValues("6% of it")), json::value(0.06));
  slot.description = "A decimal value in percent";
  EXPECT_EQ(in_form(slot, 6, RequestValues("6% of it")), json::value(6));
}

TEST(RelativeDayWords, AreTheOnlyOnes) {
  EXPECT_EQ(relative_day_words("Book a desk for next Tuesday, please"), "next Tuesday");
  EXPECT_EQ(relative_day_words("What plays this weekend?"), "this weekend");
  EXPECT_EQ(relative_day_words("Remind me tomorrow"), "tomorrow");
  EXPECT_EQ(relative_day_words("tomorrow or next Tuesday"), "");
  EXPECT_EQ(relative_day_words("this room, next door"), "");
}

TEST(InForm, WritesARelativeDayAsItIsSaid) {
  const RequestValues request("Book a desk for next Tuesday");
  const SlotSchema day = text_slot("date", "Day of the booking");
  EXPECT_EQ(in_form(day, "2024-05-14", request), "next Tuesday");
  EXPECT_EQ(in_form(day, "Tuesday", request), "Tuesday");
  EXPECT_EQ(in_form(text_slot("date", "as YYYY-MM-DD"), "2024-05-14", request), "2024-05-14");
  const RequestValues dated("Move it from 2024-05-14 to next Tuesday");
  EXPECT_EQ(in_form(day, "2024-05-14", dated), "2024-05-14");
}

TEST(CountedDay, CountsFromWhatIsCalledToday) {
  const auto day = [](const char* request) {
    const auto counted = counted_day(request);
    return counted ? std::optional(counted->day) : std::nullopt;
  };
  EXPECT_EQ(day("Today is May 6, 2024. Rain on Friday?"), (CalendarDate{2024, 5, 10}));
  EXPECT_EQ(day("rain tomorrow, today's date is 2024-02-28"), (CalendarDate{2024, 2, 29}));
  EXPECT_EQ(day("the day after tomorrow; today is 31 December 2023"), (CalendarDate{2024, 1, 2}));
  EXPECT_EQ(day("in 3 days, today is 2024-05-06"), (CalendarDate{2024, 5, 9}));
  EXPECT_EQ(day("next monday, today is Monday 2024-05-06"), (CalendarDate{2024, 5, 13}));
  EXPECT_EQ(day("on Friday or Sunday, today is 2024-05-06"), std::nullopt);
  EXPECT_EQ(day("rain on Friday after 2024-05-06?"), std::nullopt);
  const SlotSchema slot = text_slot("date", "as YYYY-MM-DD");
  const char* request = "Rain tomorrow? Today is May 6, 2024.";
  EXPECT_EQ(formed(slot, "2024-05-06", request), json::value("2024-05-07"));
  EXPECT_EQ(RequestValues(request).support("2024-05-07"), 1);
}

TEST(ApplyCues, GiveANumberToWhatStandsWithIt) {
  const CallableTool bill =
      schema_tool("bill", R"({"nails":{"type":"integer"},"screws":{"type":"integer"}})",
                  R"(["nails","screws"])");
  const json::object right{{"nails", 60}, {"screws", 200}};
  const json::object crossed{{"nails", 200}, {"screws", 60}};
  EXPECT_EQ(cued(bill, "60 nails and 200 screws", crossed), right);
  EXPECT_EQ(cued(bill, "60 nails, 200 screws", crossed), right);
  const CallableTool growth =
      schema_tool("growth", R"({"first_size":{"type":"integer"},"last_size":{"type":"integer"}})",
                  R"(["first_size","last_size"])");
  EXPECT_EQ(cued(growth, "a first herd of 20 and a last size of 50",
                 {{"first_size", 50}, {"last_size", 20}}),
            (json::object{{"first_size", 20}, {"last_size", 50}}));
}

TEST(ApplyCues, ReadNotesAndKinds) {
  const CallableTool tool =
      schema_tool("find_film",
                  R"({"made_by":{"type":"string","description":"Who directs"},)"
                  R"("cast":{"type":"string","description":"An actress or an actor in it"}})",
                  "[]");
  EXPECT_EQ(cued(tool, "a film with the actress Ann Lee", {{"made_by", "Ann Lee"}}),
            (json::object{{"cast", "Ann Lee"}}));
  EXPECT_EQ(cued(tool, "I like Bo Ray as an actor", {}), (json::object{{"cast", "Bo Ray"}}));
  const CallableTool room =
      schema_tool("book", R"({"room_type":{"type":"string"}})", R"(["room_type"])");
  EXPECT_EQ(cued(room, "a single room for two", {{"room_type", "double"}}),
            (json::object{{"room_type", "single"}}));
  EXPECT_EQ(cued(room, "a room for two", {{"room_type", "double"}}),
            (json::object{{"room_type", "double"}}));
}

TEST(LeaveOutUnfounded, KeepsANamedDefaultAndDropsTheToolsOwnWords) {
  const CallableTool tool =
      schema_tool("find_sights",
                  R"({"kind":{"type":"string","enum":["Famous Sights","Parks"]},)"
                  R"("format":{"type":"string","default":"short"}})",
                  "[]");
  json::object arguments{{"kind", "Famous Sights"}, {"format", "short"}};
  leave_out_unfounded(tool, RequestValues("sights of Rome in short format"), arguments);
  EXPECT_EQ(arguments, (json::object{{"format", "short"}}));
}

} // namespace
} // namespace outpost::agents
