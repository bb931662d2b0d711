// MatmulKernels::quantize_rows over what an instruction set does of it, in steps of kValues (which
// divides 32):
//   Values load(x, count)              of which `count` exist; the others are zero
//   Magnitudes none()
//   Magnitudes larger(so_far, values)  in each lane, as bits: infinities and NaN win
//   float largest(magnitudes)
//   void store(values, inverse, codes, sums)
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/matmul.h"

namespace outpost::kernels::simd {

struct ActivationScale {
  float scale = 0;   // zero or NaN: the codes are zeros
  float inverse = 0; // for the codes
};

// scalar/quantize.cpp states it.
template <class Groups>
[[gnu::always_inline]] inline ActivationScale activation_scale(float largest, bool is_short) {
  const bool is_finite = largest <= (is_short ? kLargestShortActivation : 3.402823466e+38F);
  if (!is_finite) return {__builtin_nanf(""), 0}; // NaN compares false
  if (largest < kSmallestActivation) return {};
  if (!is_short) return {largest / 127.0F, 127.0F / largest};
  float scale = largest * (1 / 127.4F);
  std::uint32_t bits = 0;
  std::memcpy(&bits, &scale, sizeof(bits));
  bits = (bits + 0x3fffffu) & ~0x3fffffu;
  std::memcpy(&scale, &bits, sizeof(bits));
  return {scale, 1.0F / scale};
}

// kGroup values, of which `count` exist. Returns their scale.
template <class Groups, std::uint32_t kGroup>
[[gnu::always_inline]] inline float quantize_group(const float* x, std::uint32_t count,
                                                   bool is_short, std::int8_t* codes,
                                                   std::int16_t* sums) {
  const auto load = [&](std::uint32_t i) {
    return i < count ? Groups::load(x + i, count - i) : Groups::load(x, 0);
  };
  auto magnitudes = Groups::none();
  for (std::uint32_t i = 0; i < kGroup; i += Groups::kValues)
    magnitudes = Groups::larger(magnitudes, load(i));
  const auto [scale, inverse] = activation_scale<Groups>(Groups::largest(magnitudes), is_short);
  if (inverse == 0) {
    std::memset(codes, 0, kGroup);
    std::memset(sums, 0, kGroup / 16 * sizeof(*sums));
    return scale;
  }
  for (std::uint32_t i = 0; i < kGroup; i += Groups::kValues)
    Groups::store(load(i), inverse, codes + i, sums + i / 16);
  return scale;
}

// Columns [begin, end) of a row, whose codes begin at `base`.
template <class Groups, std::uint32_t kGroup>
void quantize_columns(const float* in, std::uint32_t cols, std::uint32_t begin, std::uint32_t end,
                      std::size_t base, const QuantizedRows& out) {
  for (std::uint32_t k = begin; k < end; k += kGroup) {
    const std::uint32_t left = k < cols ? cols - k : 0;
    const float scale =
        quantize_group<Groups, kGroup>(in + (left > 0 ? k : 0), left, out.has_short_scales,
                                       out.codes + base + k, out.sums + (base + k) / 16);
    for (std::uint32_t i = 0; i < kGroup; i += kActivationGroup)
      out.scales[(base + k + i) / kActivationGroup] = scale;
  }
}

template <class Groups>
void quantize_rows(const float* x, std::size_t x_stride, std::uint32_t cols,
                   std::uint32_t row_begin, std::uint32_t row_end, const QuantizedRows& out) {
  const auto quantize = out.group == kWideActivationGroup
                            ? &quantize_columns<Groups, kWideActivationGroup>
                            : &quantize_columns<Groups, kActivationGroup>;
  for (std::size_t row = row_begin; row < row_end; ++row)
    quantize(x + row * x_stride, cols, 0, out.cols_padded, row * out.cols_padded, out);
}

} // namespace outpost::kernels::simd
