// Weights with a minimum, put on 256 levels of their group:
//
//   scale * code + minimum  ->  (scale / step) * (step * code + origin - 128)
//
// with a whole step and origin of a byte each, so that a dot product takes the minimum in and
// kernels have no second chain of sums for it. Where the minimum falls between two levels it is
// rounded; the step is chosen among all that fit so that this is least.
#pragma once
#include <cstdint>
#include <span>

#include "quant/encoding.h"
#include "quant/format.h"

namespace outpost::quant {

struct GroupLevels {
  std::uint16_t scale_half; // of one level
  std::uint8_t step;        // levels from a code to the next
  std::uint8_t origin;      // level of code 0; 128 stands for a weight of zero
};

// Of the weights scale * code + minimum, 0 <= code <= code_max (15 or 31). Errors of an ordinary
// group are below 0.07 (0.14) scales, 0.016 (0.047) in the mean square. One whose weights are far
// from zero beside what they differ by (more than about 112 scales; trained matrices have none)
// may err by 7 % of its largest weight. What is not finite gives a scale of NaN.
GroupLevels levels_of(float scale, float minimum, std::uint32_t code_max);

// The format, packed on levels where it has minimums; others stay as they are. Sizes don't change.
BlockFormat on_levels(const BlockFormat& format);

// All formats, and those that can be on levels like that, too.
std::span<const BlockFormat> all_packings();

} // namespace outpost::quant
