// How calls are weighed, as a run's record has it.
#include <bit>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "agents/run/calling_record.h"
#include "agents/run/record_text.h"
#include "base/random.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

TEST(ExactNumber, ReadsBackEveryBit) {
  Random random(7);
  std::vector<double> numbers{0.0,
                              -0.0,
                              0.1 + 0.2,
                              1.0 / 3,
                              std::numeric_limits<double>::max(),
                              std::numeric_limits<double>::min(),
                              std::numeric_limits<double>::denorm_min(),
                              -std::numeric_limits<double>::infinity()};
  while (numbers.size() < 20'000) {
    const auto number = std::bit_cast<double>(random.next_u64());
    if (!std::isnan(number)) numbers.push_back(number);
  }
  for (const double number : numbers) {
    // As the record is written and read.
    const auto text = chat::parse_json(chat::json_text(json::string(exact_text(number))));
    ASSERT_TRUE(text);
    const auto back = exact_number(text->as_string());
    ASSERT_TRUE(back) << exact_text(number);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(*back), std::bit_cast<std::uint64_t>(number));
  }
  for (const char* text : {"", " 1", "1 ", "+1", "1,5", "0x", "one", "1e999"}) {
    EXPECT_FALSE(exact_number(text)) << text;
  }
}

// Of numbers that the last bit tells apart, and some mechanisms.
CallingProfile some_profile() {
  CallingProfile profile;
  profile.generates = true;
  profile.syntax = CallSyntax::kJson;
  profile.shows_examples = false;
  profile.copies_text = true;
  profile.examples = 2;
  for (std::size_t i = 0; i < profile.due.size(); ++i) {
    profile.due[i] = std::nextafter(1.0 / static_cast<double>(i + 3), i % 2 == 0 ? 1 : 0);
    profile.correct[i] = -profile.due[i] * 1e-7;
  }
  profile.tool = {0.1 + 0.2, -1e300, 5e-324, 0, 3};
  profile.probes = {{.scale = 1.0F / 3, .codes = {1, -2, 127}},
                    {.scale = 0.1F, .codes = {0, -127, 3}}};
  profile.more = {-2.979, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7};
  return profile;
}

std::string record_problem(const json::value& record) {
  const auto read = read_calling_record(record);
  if (read) return "";
  EXPECT_EQ(read.error().code, ErrorCode::kCorruptData);
  return read.error().message;
}

json::object with(std::string_view field, json::value value) {
  json::object record = calling_record(some_profile());
  record[field] = std::move(value);
  return record;
}

TEST(CallingRecord, ComesBackToTheLastBit) {
  const CallingProfile profile = some_profile();
  const std::string text = chat::json_text(calling_record(profile));
  EXPECT_LT(text.size(), 2'000u);
  const auto back = read_calling_record(*chat::parse_json(text));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->tool, profile.tool);
  EXPECT_EQ(back->more, profile.more);
  EXPECT_EQ(back->due, profile.due);
  EXPECT_EQ(back->correct, profile.correct);
  EXPECT_EQ(to_json(*back), to_json(profile)); // the other fields
  EXPECT_EQ(chat::json_text(calling_record(*back)), text);
}

TEST(CallingRecord, HasOnlyTheMechanismsThatItNames) {
  json::object record = calling_record({});
  record["on"] = json::array{"uses_cues"};
  const auto read = read_calling_record(record);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(read->uses_cues);
  EXPECT_FALSE(read->refuses || read->shows_examples || read->generates);
}

TEST(CallingRecord, NamesWhatIsNotAsItWasWritten) {
  EXPECT_EQ(record_problem(with("due", json::array())),
            "the recorded calling profile needs 27 numbers as texts for 'due'");
  const auto is_of = [](const std::string& message, const char* field) {
    return message.find(field) != std::string::npos;
  };
  EXPECT_TRUE(
      is_of(record_problem(with("tool", json::array{"1", "2", "3", "4", "five"})), "'tool'"));
  EXPECT_TRUE(
      is_of(record_problem(with("tool", json::array{"1", "2", "3", "4", "inf"})), "'tool'"));
  EXPECT_TRUE(
      is_of(record_problem(with("tool", json::array{"1", "2", "3", "4", "nan"})), "'tool'"));
  EXPECT_TRUE(is_of(record_problem(with("tool", json::array{1, 2, 3, 4, 5})), "'tool'"));
  EXPECT_TRUE(
      is_of(record_problem(with("tool", json::array{"1", "2", "3", "4", std::string(40, '0')})),
            "'tool'"));
  EXPECT_TRUE(is_of(record_problem(with("syntax", "xml")), "'syntax'"));
  EXPECT_TRUE(is_of(record_problem(with("on", "all")), "'on'"));
  EXPECT_TRUE(is_of(record_problem(with("on", json::array(100, "refuses"))), "'on'"));
  EXPECT_TRUE(is_of(record_problem(with("on", json::array{"no_such"})), "'no_such'"));
  EXPECT_TRUE(is_of(record_problem(with("on", json::array{1})), "''"));
  EXPECT_TRUE(is_of(record_problem(with("of_tomorrow", true)), "unknown"));
  for (const char* field : {"syntax", "on", "tool", "more", "due", "correct"}) {
    json::object record = calling_record({});
    record.erase(field);
    EXPECT_TRUE(is_of(record_problem(record), field)) << field;
  }
  EXPECT_TRUE(is_of(record_problem(nullptr), "no JSON object"));
}

TEST(CallingRecord, SaysHowManyExamplesWereShown) {
  EXPECT_EQ(read_calling_record(calling_record(some_profile()))->examples, 2U);
  json::object older = calling_record(some_profile());
  older.erase("examples"); // there was one number
  ASSERT_TRUE(read_calling_record(older));
  EXPECT_EQ(read_calling_record(older)->examples, kExamplesMax);
  for (const json::value& wrong : {json::value(9), json::value(-1), json::value("2")}) {
    EXPECT_NE(record_problem(with("examples", wrong)).find("'examples'"), std::string::npos);
  }
}

} // namespace
} // namespace outpost::agents
