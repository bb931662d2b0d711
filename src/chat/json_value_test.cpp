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

} // namespace
} // namespace outpost::chat
