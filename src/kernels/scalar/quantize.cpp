// Activation quantisation, the specification: see MatmulKernels::quantize_rows.
#include "kernels/scalar/quantize.h"

#include <bit>
#include <cmath>
#include <limits>

namespace outpost::kernels::scalar {
namespace {

// Magnitudes compare as their bits do; infinities and NaN are above all finite values.
std::uint32_t largest_magnitude_bits(const float* x, std::uint32_t count) {
  std::uint32_t largest = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(x[i]) & 0x7fffffffu;
    largest = bits > largest ? bits : largest;
  }
  return largest;
}

// The least of 2^n and 1.5 * 2^n that is not below `scale`: two bits of its significand, rounded
// up.
float short_scale(float scale) {
  constexpr std::uint32_t kRest = (1u << 22) - 1;
  return std::bit_cast<float>((std::bit_cast<std::uint32_t>(scale) + kRest) & ~kRest);
}

// One group: `count` values, and zeros up to `size`.
float quantize_group(const float* x, std::uint32_t count, std::uint32_t size, bool is_short,
                     std::int8_t* codes, std::int16_t* sums) {
  const std::uint32_t largest_bits = largest_magnitude_bits(x, count);
  const float largest = std::bit_cast<float>(largest_bits);
  const bool is_finite = is_short ? largest <= kLargestShortActivation : largest_bits < 0x7f800000u;
  const bool has_codes = is_finite && largest >= kSmallestActivation;
  const float scale = is_short ? short_scale(largest * (1 / 127.4F)) : largest / 127.0F;
  const float inverse = !has_codes ? 0.0F : is_short ? 1.0F / scale : 127.0F / largest;
  for (std::uint32_t i = 0; i < size; ++i) {
    if (i % 16 == 0) sums[i / 16] = 0;
    const float value = has_codes && i < count ? x[i] : 0.0F;
    codes[i] = static_cast<std::int8_t>(std::nearbyint(value * inverse));
    sums[i / 16] = static_cast<std::int16_t>(sums[i / 16] + codes[i]);
  }
  if (!is_finite) return std::numeric_limits<float>::quiet_NaN();
  return has_codes ? scale : 0.0F;
}

} // namespace

void quantize_rows(const float* x, std::size_t x_stride, std::uint32_t cols,
                   std::uint32_t row_begin, std::uint32_t row_end, const QuantizedRows& out) {
  for (std::size_t row = row_begin; row < row_end; ++row) {
    const float* in = x + row * x_stride;
    const std::size_t base = row * out.cols_padded;
    for (std::uint32_t k = 0; k < out.cols_padded; k += out.group) {
      const std::uint32_t left = k < cols ? cols - k : 0;
      const std::uint32_t count = left < out.group ? left : out.group;
      const float scale =
          quantize_group(in + (count > 0 ? k : 0), count, out.group, out.has_short_scales,
                         out.codes + base + k, out.sums + (base + k) / 16);
      for (std::uint32_t i = 0; i < out.group; i += kActivationGroup)
        out.scales[(base + k + i) / kActivationGroup] = scale;
    }
  }
}

} // namespace outpost::kernels::scalar
