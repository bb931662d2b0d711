// Places, days and units as requests write them and as slots want them.
#include <gtest/gtest.h>

#include "agents/call/dates.h"
#include "agents/calling/request_places.h"
#include "agents/calling/slot_cues.h"
#include "agents/calling/text_forms.h"
#include "agents/calling/unit_words.h"
#include "agents/calling/value_forms.h"
#include "agents/calling/value_grammar.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

std::vector<std::string> places_in(std::string_view request) {
  std::vector<std::string> texts;
  for (const RequestPlace& place : places_of(request, RequestOutline(request))) {
    texts.push_back(place.region.empty() ? place.town : place.town + "/" + place.region);
  }
  return texts;
}

TEST(PlacesOf, ReadsTheStateBehindATown) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(places_in("a flat in Tulsa, OK please"), (Texts{"Tulsa/OK"}));
  EXPECT_EQ(places_in("from Salem, Oregon to Reno Nevada"), (Texts{"Salem/Oregon", "Reno/Nevada"}));
  EXPECT_EQ(places_in("rain in El Paso texas tomorrow"), (Texts{"El Paso/texas"}));
  EXPECT_EQ(places_in("is it warm in Boston, New York and Miami?"),
            (Texts{"Boston", "New York", "Miami"}));
  EXPECT_EQ(places_in("on 5 May 2024, nowhere"), Texts());
  EXPECT_EQ(state_code("ohio"), "OH");
  EXPECT_EQ(state_code("Ontario"), std::nullopt);
}

TEST(ValueRules, TakeATownOfTheRequest) {
  SlotSchema slot;
  slot.description = "The city and state, e.g. Denver, CO";
  ValueSource source;
  source.text = "a room in Tulsa, oklahoma or in Reno";
  source.places = {{"Tulsa", "oklahoma"}, {"Reno", ""}};
  source.keeps_forms = source.copies_text = true;
  const std::string rules = value_rules("v", slot, source);
  EXPECT_TRUE(rules.starts_with(R"(v: "\"" ("Tulsa, OK") "\"" | "\"" ("Reno") ", " v_region "\"")"))
      << rules;
  source.copies_text = false; // writes texts of its own
  EXPECT_FALSE(value_rules("v", slot, source).find("Tulsa") != std::string::npos);
  slot.description = "City and country";
  source.copies_text = true;
  EXPECT_TRUE(value_rules("v", slot, source).find("Tulsa, oklahoma") != std::string::npos);
}

TEST(FindDates, FindsDaysInText) {
  const auto found = find_dates("from the 3rd of April 2024 until 2024.4.9, not in May");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].date, (CalendarDate{2024, 4, 3}));
  EXPECT_EQ(found[1].date, (CalendarDate{2024, 4, 9}));
  EXPECT_TRUE(is_day("04/03/2024", found[0].date));
  EXPECT_TRUE(is_day("3 April 2024", found[0].date));
  EXPECT_FALSE(is_day("04/05/2024", found[0].date));
  EXPECT_FALSE(is_day("next week", found[0].date));
}

CallableTool trip() {
  return *read_tool({"trip", "Books a trip",
                     R"({"type":"object","properties":{
                       "town":{"type":"string"},
                       "leaving":{"type":"string","description":"Start date as MM/DD/YYYY"},
                       "back":{"type":"string","description":"as YYYY-MM-DDTHH:MM:SS"}},
                       "required":["town","leaving"]
})"});
}

TEST(ApplyCues, PutTheRequestsDayWhereADateIsWanted) {
  const std::string request = "A trip to Turin on the 7th of June 2024";
  const auto mended = [&request](json::object arguments) {
    apply_cues(trip(), request, RequestOutline(request), true, arguments);
    return arguments;
  };
  EXPECT_EQ(mended({{"town", "Turin"}, {"leaving", "07/06/2023"}}).at("leaving"),
            json::value("7th of June 2024"));
  EXPECT_EQ(mended({{"town", "Turin"}, {"leaving", "06/07/2024"}}).at("leaving"),
            json::value("06/07/2024"));
  EXPECT_EQ(mended({{"town", "Turin"}, {"leaving", "06/07/2024"}, {"back", "2024-06-08T10:00:00"}})
                .at("back"),
            json::value("2024-06-08T10:00:00"));
}

TEST(RequestValues, KnowADayFromOneOfAnotherMonth) {
  const RequestValues request("a table for 4 on the 9th of August 2024");
  EXPECT_EQ(request.support("2024-08-09"), 1);
  EXPECT_LT(request.support("2024-09-09"), 1);
}

TEST(SaidUnit, IsTheOnlyOneThatTheRequestWrites) {
  SlotSchema slot;
  slot.name = "unit";
  slot.description = "Unit of the width, cm if none is given";
  EXPECT_EQ(said_unit(slot, "a ring 4 inches wide"), "inches");
  EXPECT_EQ(said_unit(slot, "rings of 5mm and 7mm"), "mm");
  EXPECT_EQ(said_unit(slot, "how far is the harbour in miles?"), "miles");
  EXPECT_EQ(said_unit(slot, "it falls at 9 m/s^2 onto 12 m^2"), std::nullopt);
  EXPECT_EQ(said_unit(slot, "5 cm wide and 2 feet long"), std::nullopt);
  EXPECT_EQ(said_unit(slot, "four rings in Rome"), std::nullopt);
  slot.description = "Unit of the speed, by default cm/s";
  EXPECT_EQ(said_unit(slot, "a disc 4 inches wide"), std::nullopt);
  slot.description = "Unit of the area, by default square cm";
  EXPECT_EQ(said_unit(slot, "a disc 4 inches wide"), std::nullopt);
  slot = {};
  slot.name = "to_unit";
  EXPECT_EQ(said_unit(slot, "5 cm in feet"), std::nullopt);
}

} // namespace
} // namespace outpost::agents
