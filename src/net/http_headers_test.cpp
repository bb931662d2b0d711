#include <gtest/gtest.h>

#include "net/http_headers.h"

namespace outpost::net {
namespace {

TEST(HttpHeaders, NamesCompareWithoutCase) {
  HttpHeaders headers;
  headers.add("ETag", "\"a\"");
  headers.add("etag", "\"b\"");
  EXPECT_EQ(headers.find("ETAG"), "\"a\"");
  EXPECT_FALSE(headers.find("Etag2"));
}

TEST(HttpHeaders, NumbersAreDigitsOnly) {
  EXPECT_EQ(parse_decimal("0"), 0u);
  EXPECT_EQ(parse_decimal("18446744073709551615"), ~0ull);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1e3", "0x10", "18446744073709551616"}) {
    EXPECT_FALSE(parse_decimal(text)) << text;
  }
}

TEST(HttpHeaders, ContentRange) {
  const auto range = parse_content_range("bytes 100-199/1000");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->first, 100u);
  EXPECT_EQ(range->last, 199u);
  EXPECT_EQ(range->total, 1000u);
  EXPECT_FALSE(parse_content_range("Bytes 0-0/*")->total);
  for (const char* text :
       {"", "bytes", "bytes ", "bytes 5-4/10", "bytes 0-10/10", "bytes -1-4/10", "bytes 0-4",
        "bytes 0/4-5", "items 0-4/10", "bytes 0-4/ten", "bytes */10"}) {
    EXPECT_FALSE(parse_content_range(text)) << text;
  }
}

TEST(HttpHeaders, UnsatisfiedRange) {
  EXPECT_EQ(parse_unsatisfied_range("bytes */1000"), 1000u);
  for (const char* text : {"", "bytes */", "bytes */*", "bytes 0-1/2", "items */5"}) {
    EXPECT_FALSE(parse_unsatisfied_range(text)) << text;
  }
}

TEST(HttpHeaders, AWeakETagValidatesNoRange) {
  HttpHeaders headers;
  headers.add("ETag", "W/\"a\"");
  EXPECT_EQ(range_validator(headers), "");
  headers.add("Last-Modified", "Sat, 01 Jan 2028 00:00:00 GMT");
  EXPECT_EQ(range_validator(headers), "Sat, 01 Jan 2028 00:00:00 GMT");
  HttpHeaders strong;
  strong.add("etag", "\"abc\"");
  EXPECT_EQ(range_validator(strong), "\"abc\"");
}

} // namespace
} // namespace outpost::net
