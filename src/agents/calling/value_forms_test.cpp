// The form that values take: dates, shares, texts without what only surrounds them.
#include <gtest/gtest.h>

#include "agents/call/day_times.h"
#include "agents/calling/text_forms.h"
#include "agents/calling/time_units.h"
#include "agents/calling/value_forms.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

SlotSchema slot_of(SlotType type, std::string name, std::string description) {
  SlotSchema slot;
  slot.type = type;
  slot.name = std::move(name);
  slot.description = std::move(description);
  return slot;
}

TEST(InForm, WritesDatesAndSharesAsTheSlotAsks) {
  const RequestValues request("8% from March 5, 2023");
  EXPECT_EQ(in_form(slot_of(SlotType::kString, "date", "as MM/DD/YYYY"), "March 5, 2023", request),
            json::value("03/05/2023"));
  EXPECT_EQ(in_form(slot_of(SlotType::kNumber, "rate", ""), 8, request), json::value(0.08));
  EXPECT_EQ(in_form(slot_of(SlotType::kNumber, "share", "in percent"), 8, request), json::value(8));
}

TEST(InForm, GivesTimesInTheUnitOfTheSlot) {
  const auto amount = [](const char* note, double said, const char* request) {
    return in_form(slot_of(SlotType::kNumber, "length", note), json::value(said),
                   RequestValues(request));
  };
  EXPECT_EQ(amount("Of the track in seconds", 3, "a track of 3 minutes"), json::value(180));
  EXPECT_EQ(amount("Number of days", 2, "for two weeks"), json::value(14));
  EXPECT_EQ(amount("How long, in hours", 90, "a 90-minute talk"), json::value(1.5));
  EXPECT_EQ(amount("The term in years", 18, "over 18 months"), json::value(1.5));
  EXPECT_EQ(amount("In minutes", 3, "3 minutes"), json::value(3.0)) << "as it is";
  EXPECT_EQ(amount("In days", 3, "3 months"), json::value(3.0)) << "which months?";
  EXPECT_EQ(amount("In seconds", 3, "3 minutes for 3 people"), json::value(3.0)) << "which 3?";
  EXPECT_EQ(amount("In meters per second", 3, "3 minutes"), json::value(3.0));
  EXPECT_EQ(RequestValues("3 minutes").support(180), 1);
  EXPECT_EQ(RequestValues("3 minutes").support(90), 0);
}

TEST(DayTimes, AreReadAsPeopleWriteThem) {
  using Times = std::vector<int>;
  EXPECT_EQ(find_day_times("the 5:30pm show, or 10:00 AM"), (Times{17 * 60 + 30, 600}));
  EXPECT_EQ(find_day_times("at 2 in the afternoon or 9 at night, 8 a.m."), (Times{840, 1260, 480}));
  EXPECT_EQ(find_day_times("14:05, noon and midnight; 12 am, 12:15 pm"),
            (Times{845, 720, 0, 0, 735}));
  EXPECT_EQ(find_day_times("2 tickets for 2023.11.15, 3:45:10, version 1:2, $5 am, 25:10"),
            Times{});
}

TEST(InForm, WritesTheOnlyTimeOfDay) {
  const SlotSchema slot = slot_of(SlotType::kString, "show_time", "When it begins, as HH:MM");
  EXPECT_EQ(in_form(slot, "15:30", RequestValues("for the 5:30pm show")), json::value("17:30"));
  EXPECT_EQ(in_form(slot, "15:30", RequestValues("at 5:30pm or 7pm")), json::value("15:30"));
  EXPECT_EQ(in_form(slot_of(SlotType::kString, "note", ""), "late", RequestValues("at 7pm")),
            json::value("late"));
  EXPECT_EQ(RequestValues("at 2 in the afternoon").support("14:00"), 1);
}

TEST(TimeUnits, ReadHowOftenInterestIsCompounded) {
  EXPECT_EQ(said_frequency("at 4 %, compounded semi-annually"), 2);
  EXPECT_EQ(said_frequency("compounded quarterly"), 4);
  EXPECT_EQ(said_frequency("paid monthly, compounded daily"), std::nullopt);
  EXPECT_EQ(said_frequency("at 4 %"), std::nullopt);
  EXPECT_TRUE(asks_for_compounding(
      slot_of(SlotType::kInteger, "n", "How many times a year interest is compounded")));
  EXPECT_FALSE(asks_for_compounding(slot_of(SlotType::kInteger, "n", "How many times to ring")));
}

TEST(InForm, WritesCurrenciesAsCodes) {
  const SlotSchema slot = slot_of(SlotType::kString, "to_currency", "What to pay in");
  const auto code = [&slot](const char* text, const char* request) {
    return in_form(slot, json::value(text), RequestValues(request));
  };
  EXPECT_EQ(code("Euros", "12 Euros"), json::value("EUR"));
  EXPECT_EQ(code("usd", "in usd"), json::value("USD"));
  EXPECT_EQ(code("canadian_dollars", "to Canadian dollars"), json::value("CAD"));
  EXPECT_EQ(code("dollars", "3 New Zealand dollars"), json::value("NZD"));
  EXPECT_EQ(code("dollars", "3 U.S. dollars"), json::value("USD"));
  EXPECT_EQ(code("dollars", "5 dollars"), json::value("USD"));
  EXPECT_EQ(code("dollars", "US dollars to Australian dollars"), json::value("dollars"));
  EXPECT_EQ(code("beads", "beads"), json::value("beads"));
  EXPECT_EQ(RequestValues("5 Swiss francs").support("CHF"), 1);
  EXPECT_EQ(RequestValues("5 Swiss francs").support("EUR"), 0);
  const SlotSchema symbol = slot_of(SlotType::kString, "currency", "The currency's symbol");
  EXPECT_EQ(in_form(symbol, "euro", RequestValues("euro")), json::value("euro"));
  const SlotSchema other = slot_of(SlotType::kString, "unit", "Of weight");
  EXPECT_EQ(in_form(other, "pounds", RequestValues("pounds")), json::value("pounds"));
}

TEST(InForm, TakesTheOneOfACopiedListThatTheRequestNames) {
  const SlotSchema slot = slot_of(SlotType::kString, "way", "How to send it: Mail, Phone, Letter");
  const json::value copied("Mail, Phone, Letter");
  EXPECT_EQ(in_form(slot, copied, RequestValues("by mail please")), json::value("Mail"));
  EXPECT_EQ(in_form(slot, copied, RequestValues("by mail or phone")), copied);
  EXPECT_EQ(in_form(slot, copied, RequestValues("send it")), copied);
  const SlotSchema town = slot_of(SlotType::kString, "town", "City, State, as in Reno, NV");
  EXPECT_EQ(in_form(town, "Reno, NV", RequestValues("in Reno")), json::value("Reno, NV"));
}

TEST(InForm, KeepsTheMarkOfAQuestion) {
  const SlotSchema slot;
  const RequestValues request("Classify 'Where can I park my car?'");
  EXPECT_EQ(in_form(slot, json::value("Where can I park my car?"), request),
            json::value("Where can I park my car?"));
  EXPECT_EQ(in_form(slot, json::value("Bern?"), request), json::value("Bern"));
}

TEST(InForm, LeavesOutWhatOnlyTheModelSaid) {
  SlotSchema slot;
  slot.description = "The place";
  const RequestValues request("Forests of Yellowstone, and the weather in Bern, Switzerland");
  EXPECT_EQ(in_form(slot, json::value("Yellowstone, USA"), request), json::value("Yellowstone"));
  EXPECT_EQ(in_form(slot, json::value("Bern, Switzerland"), request),
            json::value("Bern, Switzerland"));
  EXPECT_EQ(in_form(slot, json::value("Bern, Bern"), request), json::value("Bern"));
  slot.description = "The place as 'City, Country'";
  EXPECT_EQ(in_form(slot, json::value("Yellowstone, USA"), request),
            json::value("Yellowstone, USA"));
}

TEST(InForm, WritesACutNameToItsEnd) {
  const SlotSchema slot;
  const RequestValues request("the history of Christianity, walking in February, Swiss towns");
  EXPECT_EQ(in_form(slot, "Christian", request), json::value("Christianity"));
  EXPECT_EQ(in_form(slot, "Feb", request), json::value("February"));
  EXPECT_EQ(in_form(slot, "walk", request), json::value("walk"));
  EXPECT_EQ(in_form(slot, "Town", request), json::value("Town")); // its plural is the same word
}

TEST(InForm, SaysATextOfAListOnce) {
  const SlotSchema slot = slot_of(SlotType::kArray, "rooms", "");
  EXPECT_EQ(in_form(slot, json::array{"hall", "bath", "hall"}, RequestValues("hall and bath")),
            (json::array{"hall", "bath"}));
  EXPECT_EQ(in_form(slot, json::array{3, 3}, RequestValues("3 and 3")), (json::array{3, 3}));
}

std::optional<std::string> form_of(const std::string& description) {
  SlotSchema slot;
  slot.description = description;
  return text_form(slot);
}

TEST(TextForm, ReadsTheFormThatADescriptionShows) {
  EXPECT_EQ(form_of("Day of travel as YYYY-MM-DD"), "[0-9]{4}-[0-9]{2}-[0-9]{2}");
  EXPECT_EQ(form_of("Start, in the format 'YYYY-MM-DDTHH:MM:SSZ'."),
            "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");
  EXPECT_EQ(form_of("Day (MM/DD/YYYY)"), "[0-9]{2}\\/[0-9]{2}\\/[0-9]{4}");
  EXPECT_EQ(form_of("Time as HH:MM"), "[0-9]{2}:[0-9]{2}");
  EXPECT_TRUE(form_of("The town, e.g. 'Austin, TX'").has_value());
  EXPECT_TRUE(form_of("City and state where it was bought").has_value());
  EXPECT_FALSE(form_of("Name of the city").has_value());
  EXPECT_FALSE(form_of("Your DD code, or a year").has_value());
  SlotSchema number;
  number.type = SlotType::kInteger;
  number.description = "YYYY-MM-DD";
  EXPECT_FALSE(text_form(number).has_value());
}

TEST(InForm, LeavesOutAnArticleThatIsWrittenSmall) {
  SlotSchema slot;
  slot.name = "work";
  const RequestValues request("who found the theory of evolution, and who wrote The Waves?");
  EXPECT_EQ(in_form(slot, "The theory of evolution", request), json::value("theory of evolution"));
  EXPECT_EQ(in_form(slot, "The Waves", request), json::value("The Waves"));
}

TEST(InForm, WritesNamesAsTheRequestDoes) {
  const auto text = [](const char* name, const char* note, const char* draft, const char* request) {
    return std::string(
        in_form(slot_of(SlotType::kString, name, note), json::value(draft), RequestValues(request))
            .get_string());
  };
  EXPECT_EQ(text("address", "", "14 Hill Road", "a taxi to 14C Hill Road"), "14C Hill Road");
  EXPECT_EQ(text("address", "", "14 Hill Road", "a taxi to 14 Hill Roads"), "14 Hill Road");
  EXPECT_EQ(text("sport", "", "swim", "who swims in Bern?"), "swim") << "another form, not a name";
  EXPECT_EQ(text("place", "", "Kansas", "rain in Kansas City"), "Kansas City");
  EXPECT_EQ(text("state", "", "Kansas", "rain in Kansas City"), "Kansas");
  EXPECT_EQ(text("surface_finish", "", "matt finish", "a board in matt finish"), "matt");
  EXPECT_EQ(text("county", "", "Kent county", "schools in Kent county"), "Kent");
  EXPECT_EQ(text("county", "", "Orange County", "schools in Orange County"), "Orange County");
  EXPECT_EQ(text("street", "", "12 High street", "at 12 High street"), "12 High street");
  EXPECT_EQ(text("console", "PlayStation, Switch or xbox", "Playstation, Switch, Xbox",
                 "the price on Switch"),
            "Switch");
}

TEST(InForm, TakesTheRegionThatTheRequestWrites) {
  const SlotSchema slot = slot_of(SlotType::kString, "place", "as City, Country or Austin, TX");
  const auto region = [&slot](const char* draft, const char* request) {
    return std::string(in_form(slot, json::value(draft), RequestValues(request)).get_string());
  };
  EXPECT_EQ(region("Athens, Greece", "storms in Athens, Georgia"), "Athens, GA");
  EXPECT_EQ(region("Athens, Greece", "storms in Athens, or hail?"), "Athens, Greece");
  EXPECT_EQ(region("Athens, Greece", "storms in Athens, Greece"), "Athens, Greece");
  EXPECT_EQ(region("Rome, Italy", "is Rome, New York far from Rome, Italy?"), "Rome, Italy");
}

} // namespace
} // namespace outpost::agents
