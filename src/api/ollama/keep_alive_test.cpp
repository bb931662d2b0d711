#include <gtest/gtest.h>

#include "api/ollama/keep_alive.h"

namespace outpost::api::ollama {
namespace {

using std::chrono::milliseconds;

TEST(KeepAlive, DurationsAsGoWritesThem) {
  EXPECT_EQ(parse_duration("5m"), milliseconds(300'000));
  EXPECT_EQ(parse_duration("1h30m"), milliseconds(5'400'000));
  EXPECT_EQ(parse_duration("1.5s"), milliseconds(1500));
  EXPECT_EQ(parse_duration("250ms"), milliseconds(250));
  EXPECT_EQ(parse_duration("-1m"), milliseconds(-60'000));
  EXPECT_EQ(parse_duration("0"), milliseconds(0));
  for (const char* wrong :
       {"", "-", "5", "m", "5m-3s", "5 m", "1e9h", "nanh", "inf", "999999999h", "5x", "5m3"}) {
    EXPECT_FALSE(parse_duration(wrong)) << wrong;
  }
}

} // namespace
} // namespace outpost::api::ollama
