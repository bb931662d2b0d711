// Activation quantisation as scalar/quantize.cpp states it, 16 values (of which there is a sum) at
// a time.
#include <arm_neon.h>
#include <cstring>

#include "kernels/neon/fill.h"
#include "kernels/simd/quantize_rows.h"

namespace outpost::kernels::neon {
namespace {

constexpr std::uint32_t kSixteen = 16;

struct Values {
  float32x4_t vectors[4];
};

// `count` values, then zeros.
Values load_values(const float* x, std::uint32_t count) {
  float padded[kSixteen] = {};
  if (count < kSixteen) {
    std::memcpy(padded, x, count * sizeof(float));
    x = padded;
  }
  return {{vld1q_f32(x), vld1q_f32(x + 4), vld1q_f32(x + 8), vld1q_f32(x + 12)}};
}

// The larger magnitude in each lane, as bits: infinities and NaN win.
uint32x4_t larger_magnitudes(uint32x4_t so_far, const Values& values) {
  for (const float32x4_t vector : values.vectors)
    so_far = vmaxq_u32(so_far, vreinterpretq_u32_f32(vabsq_f32(vector)));
  return so_far;
}

void store_codes(const Values& values, float inverse, std::int8_t* codes, std::int16_t* sum) {
  int32x4_t wide[4];
  for (int i = 0; i < 4; ++i) wide[i] = vcvtnq_s32_f32(vmulq_n_f32(values.vectors[i], inverse));
  const int16x8_t low = vqmovn_high_s32(vqmovn_s32(wide[0]), wide[1]);
  const int16x8_t high = vqmovn_high_s32(vqmovn_s32(wide[2]), wide[3]);
  const int8x16_t bytes = vqmovn_high_s16(vqmovn_s16(low), high);
  vst1q_s8(codes, bytes);
  *sum = vaddlvq_s8(bytes);
}

struct Groups {
  template <std::uint32_t kGroup>
  static float quantize(const float* x, std::uint32_t count, std::int8_t* codes,
                        std::int16_t* sums) {
    const auto load = [&](std::uint32_t i) {
      return i < count ? load_values(x + i, count - i) : load_values(x, 0);
    };
    uint32x4_t magnitudes = vdupq_n_u32(0);
    for (std::uint32_t i = 0; i < kGroup; i += kSixteen)
      magnitudes = larger_magnitudes(magnitudes, load(i));
    const std::uint32_t largest_bits = vmaxvq_u32(magnitudes);
    float largest = 0;
    std::memcpy(&largest, &largest_bits, sizeof(largest));
    const bool is_finite = largest <= 3.402823466e+38F; // false for NaN
    if (!is_finite || largest < kSmallestActivation) {
      std::memset(codes, 0, kGroup);
      std::memset(sums, 0, kGroup / 16 * sizeof(*sums));
      return is_finite ? 0.0F : __builtin_nanf("");
    }
    const float inverse = 127.0F / largest;
    for (std::uint32_t i = 0; i < kGroup; i += kSixteen)
      store_codes(load(i), inverse, codes + i, sums + i / kSixteen);
    return largest / 127.0F;
  }
};

} // namespace

void quantize_rows(const float* x, std::size_t x_stride, std::uint32_t cols,
                   std::uint32_t row_begin, std::uint32_t row_end, const QuantizedRows& out) {
  simd::quantize_rows<Groups>(x, x_stride, cols, row_begin, row_end, out);
}

} // namespace outpost::kernels::neon
