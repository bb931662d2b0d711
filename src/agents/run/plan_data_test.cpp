#include "agents/run/plan_data.h"

#include <gtest/gtest.h>

#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

PlanData stays() {
  PlanData data(json::object{{"most", 90}, {"town", "Lyon"}});
  data.keep("found",
            json::parse(R"({"rows": [{"name": "Arc", "euros": 120, "town": "Lyon"},
                                      {"name": "Bel", "euros": "80", "town": "Lyon"},
                                      {"name": "Cor", "euros": 75, "town": "Nice"},
                                      {"name": "Dom", "euros": 80, "town": "lyon 2"}]})"),
            chat::tool_label("hotels"));
  return data;
}

std::string names(const PlanData& data, const std::string& step) {
  std::string all;
  for (const json::value& row : data.rows(step)) all += row.at("name").as_string().c_str();
  return all;
}

TEST(PlanData, SiftsRowsByReference) {
  PlanData data = stays();
  PlanStep step;
  step.name = "cheap";
  step.from = {"found"};
  step.where = {{"euros", RowTest::Is::kAtMost, "{most}"},
                {"town", RowTest::Is::kContaining, "{town}"}};
  step.by = "euros";
  data.sift(step);
  EXPECT_EQ(names(data, "cheap"), "BelDom") << "numbers by size, equal ones in order";
  step.descending = true;
  step.where.clear();
  step.keep = 1;
  data.sift(step);
  EXPECT_EQ(names(data, "cheap"), "Arc");
  step.where = {{"town", RowTest::Is::kEqual, "Rome"}};
  data.sift(step);
  EXPECT_TRUE(data.is_empty("cheap"));
}

TEST(PlanData, FillsTemplatesAndKeepsTypes) {
  const PlanData data = stays();
  EXPECT_EQ(chat::json_text(data.fill("{found.euros}")), "120");
  EXPECT_EQ(chat::json_text(data.fill("{most}")), "90");
  EXPECT_EQ(data.fill("{found.name} in {town}").as_string(), "Arc in Lyon");
  EXPECT_TRUE(data.fill("{nowhere.name}").is_null());
  EXPECT_EQ(data.fill("a { brace").as_string(), "a { brace");
  EXPECT_EQ(data.label().trust, chat::Trust::kUntrusted);
}

} // namespace
} // namespace outpost::agents
