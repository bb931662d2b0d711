#include <cmath>

#include <gtest/gtest.h>

#include "models/rope.h"

namespace outpost::models {
namespace {

TEST(RopeTable, GivesTheAngleOfEveryPositionToFloatPrecision) {
  const std::vector<float> factors = {1, 2, 4, 8};
  const RopeConfig config{.base = 500000, .position_scale = 0.25, .magnitude = 1.5};
  const RopeTable table(config, 8, factors.data(), 40'000);
  std::vector<float> cos(4), sin(4);
  for (const std::uint32_t position : {0u, 1u, 63u, 64u, 65u, 1000u, 39'999u}) {
    table.fill(position, cos.data(), sin.data());
    for (std::uint32_t i = 0; i < 4; ++i) {
      const double angle = position * 0.25 * std::pow(500000.0, -2.0 * i / 8) / factors[i];
      EXPECT_NEAR(cos[i], 1.5 * std::cos(angle), 2e-7) << position;
      EXPECT_NEAR(sin[i], 1.5 * std::sin(angle), 2e-7) << position;
    }
  }
}

} // namespace
} // namespace outpost::models
