#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/cancel.h"
#include "base/checked.h"
#include "base/checksum.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace outpost {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return fail(ErrorCode::kInvalidArgument, "odd", "give an even number");
  return n / 2;
}

Result<int> quarter(int n) {
  OUTPOST_TRY(const int first, half(n));
  OUTPOST_TRY(const int second, half(first));
  return second;
}

TEST(Result, CarriesValuesAndErrors) {
  EXPECT_EQ(quarter(12).value(), 3);
  const auto bad = quarter(6);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(bad.error().hint, "give an even number");
  EXPECT_EQ(to_string(bad.error().code), "invalid_argument");
}

TEST(Checked, RefusesWhatDoesNotFit) {
  EXPECT_EQ(checked_mul<std::uint64_t>(1u << 20, 1u << 20), 1ull << 40);
  EXPECT_FALSE(checked_mul<std::uint64_t>((1ull << 42) + 1, 1ull << 42));
  EXPECT_FALSE(checked_add<std::uint64_t>(~0ull, 1));
  EXPECT_EQ(checked_round_up<std::uint64_t>(33, 32), 64u);
  EXPECT_FALSE(checked_round_up<std::uint64_t>(~0ull, 32));
}

// Known answer of Philox-4x32-10 from the Random123 distribution (counter 0, key 0).
TEST(Random, MatchesThePublishedVector) {
  Random random(0, 0);
  EXPECT_EQ(random.next_u32(), 0x6627e8d5u);
  EXPECT_EQ(random.next_u32(), 0xe169c58du);
  EXPECT_EQ(random.next_u32(), 0xbc57ac4cu);
  EXPECT_EQ(random.next_u32(), 0x9b00dbd8u);
}

TEST(Random, BelowIsWithinAndReachesAll) {
  Random random(7);
  std::array<int, 5> seen{};
  for (int i = 0; i < 1000; ++i) ++seen.at(random.next_below(5));
  for (const int count : seen) EXPECT_GT(count, 100);
}

// The vectors of RFC 4648, section 10.
TEST(Base64, EncodesAndPads) {
  const auto encoded = [](std::string_view text) {
    return base64(std::as_bytes(std::span(text.data(), text.size())));
  };
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encoded("\xff\xfe"), "//4=");
}

TEST(Cancel, ReachesTheToken) {
  CancelToken never;
  EXPECT_FALSE(never.cancelled());
  CancelSource source;
  const CancelToken token = source.token();
  EXPECT_FALSE(token.cancelled());
  source.cancel();
  EXPECT_TRUE(token.cancelled());
}

TEST(Clock, FakeMovesOnlyWhenMoved) {
  FakeClock clock;
  const auto before = clock.monotonic();
  clock.advance(std::chrono::seconds(2));
  EXPECT_EQ(clock.monotonic() - before, std::chrono::seconds(2));
}

TEST(Checksum, DependsOnEveryByteAndTheCount) {
  std::vector<std::byte> bytes(200);
  std::set<std::uint64_t> sums = {checksum({})};
  for (std::size_t count = 1; count <= bytes.size(); ++count) {
    sums.insert(checksum(std::span(bytes).first(count)));
  }
  for (std::byte& byte : bytes) {
    byte = std::byte{1};
    sums.insert(checksum(bytes));
    byte = std::byte{0};
  }
  EXPECT_EQ(sums.size(), 1 + 2 * bytes.size());
}

TEST(Checksum, IsTheSameForEver) { // files of other builds hold it
  constexpr std::string_view kText = "panels of sixteen rows";
  EXPECT_EQ(checksum(std::as_bytes(std::span(kText))), 11259542414811928284u);
}

} // namespace
} // namespace outpost
