#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "base/random.h"
#include "quant/half.h"
#include "quant/levels.h"

namespace outpost::quant {
namespace {

float weight_of(const GroupLevels& levels, std::uint32_t code) {
  const int level = levels.step * static_cast<int>(code) + levels.origin - 128;
  return half_to_float(levels.scale_half) * static_cast<float>(level);
}

// The largest error of a code's weight, in scales.
float worst_error(float scale, float minimum, std::uint32_t code_max) {
  const GroupLevels levels = levels_of(scale, minimum, code_max);
  float worst = 0;
  for (std::uint32_t code = 0; code <= code_max; ++code) {
    const float wanted = scale * static_cast<float>(code) + minimum;
    worst = std::max(worst, std::fabs(weight_of(levels, code) - wanted));
  }
  return worst / std::fabs(scale);
}

TEST(Halves, RoundToTheNearest) {
  for (std::uint32_t bits = 0; bits < 0x7c00; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = half_to_float(half);
    EXPECT_EQ(float_to_half(value), half);
    EXPECT_EQ(float_to_half(-value), half | 0x8000);
    const float next = half_to_float(static_cast<std::uint16_t>(bits + 1));
    if (!std::isfinite(next)) break;
    const float middle = value + (next - value) / 2; // ties to even
    EXPECT_EQ(float_to_half(middle), bits % 2 == 0 ? bits : bits + 1);
    EXPECT_EQ(float_to_half(std::nextafter(middle, next)), bits + 1);
    EXPECT_EQ(float_to_half(std::nextafter(middle, value)), bits);
  }
  EXPECT_EQ(float_to_half(65'519.0F), 0x7bff);
  EXPECT_EQ(float_to_half(65'520.0F), 0x7c00);
  EXPECT_EQ(float_to_half(-std::numeric_limits<float>::infinity()), 0xfc00);
  EXPECT_TRUE(std::isnan(half_to_float(float_to_half(std::numeric_limits<float>::quiet_NaN()))));
}

// Levels are 1/step apart, and the best of 17 steps is taken.
TEST(Levels, OrdinaryMinimumsFallNearALevel) {
  Random random(1);
  for (const std::uint32_t code_max : {15u, 31u}) {
    double squares = 0;
    for (int i = 0; i < 10'000; ++i) {
      const float scale = 0.001F + static_cast<float>(random.next_double());
      const float minimum = -scale * static_cast<float>(code_max * random.next_double());
      const float error = worst_error(scale, minimum, code_max);
      EXPECT_LT(error, code_max == 15 ? 0.07F : 0.14F) << scale << " " << minimum;
      squares += error * error;
    }
    EXPECT_LT(std::sqrt(squares / 10'000), code_max == 15 ? 0.02 : 0.05);
  }
}

TEST(Levels, GroupsFarFromZeroKeepTheirMiddle) {
  Random random(2);
  for (int i = 0; i < 10'000; ++i) {
    const auto minimum = static_cast<float>(random.next_double() * 4 - 2);
    const float scale = std::fabs(minimum) / static_cast<float>(20 + random.next_below(2000));
    const GroupLevels levels = levels_of(scale, minimum, 15);
    const float largest = std::max(std::fabs(minimum), std::fabs(minimum + 15 * scale));
    for (std::uint32_t code = 0; code <= 15; ++code) {
      const float wanted = scale * static_cast<float>(code) + minimum;
      EXPECT_LE(std::fabs(weight_of(levels, code) - wanted), largest * 0.07F);
    }
  }
}

TEST(Levels, EveryLevelFitsAByte) {
  Random random(3);
  for (int i = 0; i < 100'000; ++i) {
    const float scale = half_to_float(static_cast<std::uint16_t>(random.next_below(0x10000)));
    const float minimum = half_to_float(static_cast<std::uint16_t>(random.next_below(0x10000)));
    for (const std::uint32_t code_max : {15u, 31u}) {
      const GroupLevels levels = levels_of(scale, minimum, code_max);
      EXPECT_LE(levels.step * code_max + levels.origin, 255u) << scale << " " << minimum;
      const bool is_broken = !std::isfinite(scale) || !std::isfinite(minimum);
      EXPECT_EQ(std::isnan(weight_of(levels, 0)), is_broken);
    }
  }
}

TEST(Levels, ZerosStayZeros) {
  const GroupLevels zeros = levels_of(0, 0, 15);
  EXPECT_EQ(weight_of(zeros, 0), 0);
  const GroupLevels constant = levels_of(0, -0.7F, 31);
  for (const std::uint32_t code : {0u, 31u}) EXPECT_NEAR(weight_of(constant, code), -0.7F, 1e-3);
  const GroupLevels symmetric = levels_of(0.125F, -1, 15);
  EXPECT_EQ(weight_of(symmetric, 8), 0);
  EXPECT_EQ(weight_of(symmetric, 15), 0.875F);
}

} // namespace
} // namespace outpost::quant
