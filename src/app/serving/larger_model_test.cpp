#include <gtest/gtest.h>

#include "app/serving/larger_model.h"

namespace outpost::app {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

std::string why_not(const LargerModelState& state) {
  const Status may = may_have_larger(state);
  return may ? "" : may.error().message;
}

TEST(LargerModel, IsHadWhereThereIsRoomAndNobodyWaits) {
  LargerModelState state;
  state.needed_bytes = 500 * kMiB;
  EXPECT_EQ(why_not(state), "there is no room for it in memory");
  state.free_bytes = state.needed_bytes;
  EXPECT_EQ(why_not(state), "");
  state.free_bytes = 0;
  state.is_loaded = true;
  EXPECT_EQ(why_not(state), "");
  state.running = 3;
  EXPECT_EQ(why_not(state), "");
  state.waiting = 2;
  EXPECT_EQ(why_not(state), "2 requests wait for it");
}

TEST(LargerModel, IsLeftToThoseWhoWait) {
  LargerModelState state;
  state.is_loaded = true;
  state.work_class = chat::WorkClass::kBackground;
  EXPECT_EQ(why_not(state), "");
  state.running = 1;
  EXPECT_NE(why_not(state).find("background"), std::string::npos);
}

TEST(LargerModel, StaysOutOfAMachineThatSavesPower) {
  LargerModelState state;
  state.is_loaded = true;
  state.power = PowerMode::kLow;
  EXPECT_EQ(why_not(state), "the power mode is low");
}

} // namespace
} // namespace outpost::app
