#include "quant/levels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "quant/half.h"

namespace outpost::quant {
namespace {

constexpr float kZero = 128; // the level of a weight of zero
constexpr float kTop = 255;
constexpr std::uint16_t kHalfNan = 0x7e00;
constexpr float kSmallestNormalHalf = 0x1p-14F;

// To the nearest whole number, ties to even. REQUIRES: |x| < 2^22.
float rounded(float x) {
  constexpr float kBias = 12582912.0F; // 1.5 * 2^23: one step of its last place is 1
  return (x + kBias) - kBias;
}

constexpr std::size_t kStepsMax = 17; // 255 / 15
constexpr auto kReciprocals = [] {
  std::array<float, kStepsMax> all{};
  for (std::size_t i = 0; i < kStepsMax; ++i) all[i] = 1.0F / static_cast<float>(i + 1);
  return all;
}();

// The whole step, at most `step_max` (whole, too), for which level zero lies nearest to the
// minimum; 0 when none fits. `minimum`: in steps of codes. The loop has no branches, to become
// vectors: a model has a group of 32 weights by the million.
float best_step(float minimum, float code_max, float step_max) {
  std::array<float, kStepsMax> errors;
  for (int i = 0; i < static_cast<int>(kStepsMax); ++i) {
    const auto step = static_cast<float>(i + 1);
    const float exact = minimum * step, level = rounded(exact);
    const float below = -kZero - level, above = level + code_max * step - (kTop - kZero);
    const float beyond = std::max(std::max(below, above), std::max(step - step_max, 0.0F));
    errors[static_cast<std::size_t>(i)] =
        std::fabs(level - exact) * kReciprocals[static_cast<std::size_t>(i)] + beyond;
  }
  const auto* least = std::ranges::min_element(errors);
  return *least < 1 ? static_cast<float>(least - errors.begin() + 1) : 0.0F;
}

// Where the levels of codes don't fit beside zero: levels as wide as the largest weight asks.
GroupLevels coarse_levels(float scale, float minimum, float code_max) {
  const float largest = std::max(std::fabs(minimum), std::fabs(minimum + scale * code_max));
  const std::uint16_t half = float_to_half(largest / (kTop - kZero));
  const float level = half_to_float(half);
  if (level == 0) return {0, 0, static_cast<std::uint8_t>(kZero)};
  const float step = std::clamp(rounded(scale / level), 0.0F, std::floor(kTop / code_max));
  // The middle of the codes has the least error.
  const float middle = (minimum + scale * code_max / 2) / level;
  const float origin =
      std::clamp(rounded(middle - step * code_max / 2 + kZero), 0.0F, kTop - step * code_max);
  return {half, static_cast<std::uint8_t>(step), static_cast<std::uint8_t>(origin)};
}

} // namespace

GroupLevels levels_of(float scale, float minimum, std::uint32_t code_max) {
  if (!std::isfinite(scale) || !std::isfinite(minimum)) return {kHalfNan, 0, 128};
  const auto top = static_cast<float>(code_max);
  const float in_steps = scale == 0 ? kTop : minimum / scale;
  if (std::fabs(in_steps) >= kTop) return coarse_levels(scale, minimum, top);
  // A half below the normal ones has few bits.
  const float step_max = std::floor(
      std::clamp(std::fabs(scale) / kSmallestNormalHalf, 1.0F, static_cast<float>(kStepsMax)));
  const float step = best_step(in_steps, top, step_max);
  if (step == 0) return coarse_levels(scale, minimum, top);
  return {float_to_half(scale / step), static_cast<std::uint8_t>(step),
          static_cast<std::uint8_t>(rounded(in_steps * step) + kZero)};
}

BlockFormat on_levels(const BlockFormat& format) {
  BlockFormat packed = format;
  if (format.encoding == Encoding::kQ4HalfMin) {
    packed.encoding = Encoding::kQ4Levels;
    packed.name = "Q4_1_levels";
  } else if (format.encoding == Encoding::kQ5HalfMin) {
    packed.encoding = Encoding::kQ5Levels;
    packed.name = "Q5_1_levels";
  }
  return packed;
}

std::span<const BlockFormat> all_packings() {
  static const std::vector<BlockFormat> packings = [] {
    std::vector<BlockFormat> all;
    for (const BlockFormat& format : all_formats()) {
      all.push_back(format);
      const BlockFormat other = on_levels(format);
      if (other.encoding != format.encoding) all.push_back(other);
    }
    return all;
  }();
  return packings;
}

} // namespace outpost::quant
