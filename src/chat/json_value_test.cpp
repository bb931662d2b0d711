#include <bit>
#include <cmath>

#include <gtest/gtest.h>

#include "chat/json_value.h"

namespace outpost::chat {
namespace {

std::string again(std::string_view text) {
  const auto value = parse_json(text);
  return value ? json_text(*value) : value.error().message;
}

TEST(JsonValue, NumbersAreWrittenAsPeopleWriteThem) {
  EXPECT_EQ(again("[0.5, -1.25, 100.0, 1e2, 0.1, 3]"), "[0.5,-1.25,100,100,0.1,3]");
  EXPECT_EQ(again("[9007199254740993, -9223372036854775808, 18446744073709551615]"),
            "[9007199254740993,-9223372036854775808,18446744073709551615]");
  EXPECT_EQ(again("[1e-7, 1.7976931348623157e308]"), "[1e-07,1.7976931348623157e+308]");
}

TEST(JsonValue, OrderAndTextsAreKept) {
  EXPECT_EQ(again(R"({"b": 1, "a": ["x\"\\\n\u0001é", true, null, {}]})"),
            R"({"b":1,"a":["x\"\\\n\u0001é",true,null,{}]})");
}

TEST(JsonValue, ReadingIsBounded) {
  EXPECT_EQ(parse_json("[[[1]]]", {.depth = 2}).error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(parse_json("[1,2,3]", {.bytes = 3}).error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(parse_json("[1] 2").error().code, ErrorCode::kCorruptData);
  EXPECT_EQ(parse_json("").error().code, ErrorCode::kCorruptData);
}

// Boost's own reading is off by a bit or more in three of ten of these.
TEST(JsonValue, DoublesComeBackToTheLastBit) {
  std::uint64_t bits = 1;
  for (int i = 0; i < 10'000; ++i) {
    bits = bits * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U; // Knuth's MMIX
    const double number = std::bit_cast<double>(bits);
    if (!std::isfinite(number)) continue;
    const auto read = parse_json("{\"n\": [" + json_text(number) + "]}");
    ASSERT_TRUE(read) << read.error().message;
    const boost::json::value& back = read->at("n").at(0);
    EXPECT_EQ(back.to_number<double>(), number);
  }
  EXPECT_EQ(json_text(*parse_json("[1.5, -0.25, 18446744073709551615, -7, 2e3]")),
            "[1.5,-0.25,18446744073709551615,-7,2000]");
}

} // namespace
} // namespace outpost::chat
